/** A pair that does not fit is held back for later batches; beyond this many batches' worth it is taken all the same. */
const maxWaiting = 4;

/**
 * Cuts a stream of pairs into batches of `size`, keeping pairs of one group apart: such a pair waits for the next batch. Only where the
 * data leaves no choice (fewer groups than `size`, or the end of the data) does a group appear twice. An incomplete last batch is dropped;
 * another order drops other pairs in the next epoch. Depends on the input alone.
 */
export async function* composeBatches<T>(
  pairs: Iterable<T> | AsyncIterable<T>,
  size: number,
  group: (pair: T) => number | string,
): AsyncGenerator<T[]> {
  let waiting: T[] = [];
  let batch: T[] = [];
  let groups = new Set<number | string>();

  /** Puts a pair into the batch, or makes it wait. */
  const place = (pair: T): void => {
    if (batch.length === size || groups.has(group(pair))) {
      waiting.push(pair);
    } else {
      batch.push(pair);
      groups.add(group(pair));
    }
  };
  /** Begins a new batch with those that waited. */
  const next = (): void => {
    const candidates = waiting;
    [batch, groups, waiting] = [[], new Set(), []];
    candidates.forEach(place);
  };

  for await (const pair of pairs) {
    place(pair);
    if (waiting.length > maxWaiting * size) batch.push(...waiting.splice(0, size - batch.length));
    while (batch.length === size) {
      yield batch;
      next();
    }
  }
  while (batch.length + waiting.length >= size) {
    batch.push(...waiting.splice(0, size - batch.length));
    yield batch;
    next();
  }
}
