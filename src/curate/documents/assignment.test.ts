import { expect, test } from "vitest";
import { key, uniform } from "../../engine/random.ts";
import { assign } from "./assignment.ts";

/** Expected values: `scipy.optimize.linear_sum_assignment` of scipy 1.17.1 on the same numbers. */
const small = [
  {
    rows: 4,
    columns: 4,
    cost: [44, 12, 18, 39, 7, 27, 33, -28, -45, -20, -22, 37, 41, -50, -1, 32],
    expected: [2, 3, 0, 1],
  },
  {
    rows: 3,
    columns: 6,
    cost: [-37, 29, -39, -4, 31, -20, -16, -23, 21, -25, 49, -6, -3, 0, 8, 5, 0, 49],
    expected: [2, 3, 0],
  },
  {
    rows: 6,
    columns: 3,
    cost: [30, 29, 20, 12, -16, 48, -4, -29, 34, -34, 35, 11, -39, -46, -6, -47, -36, 1],
    expected: [-1, -1, 1, -1, 2, 0],
  },
];
test.each(small)("$rows x $columns equals scipy", ({ rows, columns, cost, expected }) => {
  expect([...assign(cost, rows, columns)]).toEqual(expected);
});

const totalOf = (cost: ArrayLike<number>, columns: number, columnOf: Int32Array): number =>
  columnOf.reduce((sum, column, row) => (column < 0 ? sum : sum + cost[row * columns + column]!), 0);

test.each([
  [40, 60, 777],
  [120, 120, 2297],
  [60, 40, 713],
])("the total of %i x %i equals scipy's", (rows, columns, expected) => {
  const cost = Array.from({ length: rows * columns }, (_, at) => {
    const [i, j] = [Math.floor(at / columns), at % columns];
    return (i * 7919 + j * 104729 + i * j * 31) % 1009;
  });
  const columnOf = assign(cost, rows, columns);
  expect(totalOf(cost, columns, columnOf)).toBe(expected);
  const chosen = [...columnOf].filter((column) => column >= 0);
  expect(new Set(chosen).size).toBe(Math.min(rows, columns));
});

/** The least total over every way to choose, one row after another. */
function leastByTrying(cost: ArrayLike<number>, rows: number, columns: number, row = 0, taken = 0): number {
  if (row === rows) return 0;
  let least = rows > columns ? leastByTrying(cost, rows, columns, row + 1, taken) : Infinity; // this row goes without
  const used = taken.toString(2).replaceAll("0", "").length;
  const mustTake = rows - row <= columns - used; // or fewer pairs than possible would be made
  if (mustTake) least = Infinity;
  for (let column = 0; column < columns; column++)
    if ((taken & (1 << column)) === 0)
      least = Math.min(
        least,
        cost[row * columns + column]! + leastByTrying(cost, rows, columns, row + 1, taken | (1 << column)),
      );
  return least;
}

test("no choice is cheaper: every way is tried on 200 small matrices, square or not, with ties", () => {
  for (let trial = 0; trial < 200; trial++) {
    const [rows, columns] = [1 + (trial % 5), 1 + (Math.floor(trial / 5) % 5)];
    // Few different values, so that ties are the rule.
    const cost = Array.from(uniform(key(trial), rows * columns), (value) => Math.floor(value * 7) - 3);
    const found = assign(cost, rows, columns);
    expect(totalOf(cost, columns, found)).toBe(leastByTrying(cost, rows, columns));
  }
});

test("sizes of zero, and costs that cannot be", () => {
  expect([...assign([], 0, 5)]).toEqual([]);
  expect([...assign([], 3, 0)]).toEqual([-1, -1, -1]);
  expect(() => assign([1, 2, 3], 2, 2)).toThrow(
    expect.objectContaining({
      code: "ASSIGNMENT_SIZE",
      message: expect.stringContaining("3 costs are not 2 rows of 2"),
    }),
  );
  expect(() => assign([1, 2, Number.NaN, 4], 2, 2)).toThrow(
    expect.objectContaining({
      code: "ASSIGNMENT_NOT_FINITE",
      message: expect.stringContaining("row 1, column 0: the cost is NaN"),
    }),
  );
});
