/** Promises that the test settles by hand. */
export function gates(): { open: (at: number) => void; wait: (at: number) => Promise<number>; started: number[] } {
  const started: number[] = [];
  const resolvers = new Map<number, () => void>();
  return {
    started,
    open: (at) => resolvers.get(at)!(),
    wait: (at) => {
      started.push(at);
      return new Promise((resolve) => resolvers.set(at, () => resolve(at)));
    },
  };
}

/** Gives everything that can go on the time to do so. */
export const settle = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 5));
