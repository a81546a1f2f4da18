/** Training steps a unit of work. */
export const stepsPerUnit = 5;
