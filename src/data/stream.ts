/**
 * Maps a stream with several results under way at once, and yields them in the order of the input: the `ahead` items that
 * follow the one last yielded are already started.
 */
export async function* mapInOrder<A, B>(
  input: AsyncIterable<A> | Iterable<A>,
  ahead: number,
  map: (item: A) => Promise<B>,
): AsyncGenerator<B> {
  const pending: Promise<B>[] = [];
  for await (const item of input) {
    const result = map(item);
    result.catch(() => {}); // reported when its turn comes; a consumer that stops early never asks
    pending.push(result);
    if (pending.length > ahead) yield await pending.shift()!;
  }
  while (pending.length > 0) yield await pending.shift()!;
}

/** A stream that adds up how long its consumer waited for it. */
export interface Metered<T> extends AsyncIterable<T> {
  /** Milliseconds between asking for items and getting them, so far. */
  readonly waitedMs: number;
}

/**
 * Measures data starvation: the share of a run's time in which it waits for data.
 * @param now a clock in milliseconds, e.g. `performance.now`
 */
export function metered<T>(items: AsyncIterable<T>, now: () => number): Metered<T> {
  let waitedMs = 0;
  return {
    get waitedMs() {
      return waitedMs;
    },
    async *[Symbol.asyncIterator]() {
      let asked = now();
      for await (const item of items) {
        waitedMs += now() - asked;
        yield item;
        asked = now();
      }
    },
  };
}

/** The first `count` items of a stream, which is then left. */
export async function* takeFirst<T>(items: AsyncIterable<T>, count: number): AsyncGenerator<T> {
  let left = count;
  for await (const item of items) {
    yield item;
    if (--left <= 0) return;
  }
}
