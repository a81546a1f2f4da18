/** A pair that does not fit is held back for later batches; beyond this many batches' worth it is taken all the same. */
const maxWaiting = 4;

/**
 * Gathers pairs into batches of `size`, keeping pairs of one group apart: such a pair waits for the next batch. Only where the data leaves
 * no choice (fewer groups than `size`, or the end of the data) does a group appear twice. What it does depends on the pairs alone.
 */
export class BatchComposer<T> {
  readonly #size: number;
  readonly #group: (pair: T) => number | string;
  #waiting: T[] = [];
  #batch: T[] = [];
  #groups = new Set<number | string>();

  constructor(size: number, group: (pair: T) => number | string) {
    this.#size = size;
    this.#group = group;
  }

  /** Takes a pair; yields the batches that it completes. */
  *add(pair: T): Generator<T[]> {
    this.#place(pair);
    if (this.#waiting.length > maxWaiting * this.#size) this.#fill();
    while (this.#batch.length === this.#size) yield this.#next();
  }

  /** At the end of the data: yields the batches that what waits still fills. */
  *end(): Generator<T[]> {
    while (this.#batch.length + this.#waiting.length >= this.#size) {
      this.#fill();
      yield this.#next();
    }
  }

  /** The pairs that are in no batch yet: after {@link end} fewer than a batch. */
  get rest(): T[] {
    return [...this.#batch, ...this.#waiting];
  }

  /** Puts a pair into the batch, or makes it wait. */
  #place(pair: T): void {
    const group = this.#group(pair);
    if (this.#batch.length === this.#size || this.#groups.has(group)) {
      this.#waiting.push(pair);
    } else {
      this.#batch.push(pair);
      this.#groups.add(group);
    }
  }

  /** Completes the batch with those that waited longest, whatever their groups. */
  #fill(): void {
    this.#batch.push(...this.#waiting.splice(0, this.#size - this.#batch.length));
  }

  /** Gives the batch out and begins a new one with those that waited. */
  #next(): T[] {
    const [batch, candidates] = [this.#batch, this.#waiting];
    [this.#batch, this.#groups, this.#waiting] = [[], new Set(), []];
    for (const pair of candidates) this.#place(pair);
    return batch;
  }
}

/**
 * Cuts a stream of pairs into batches of `size` by {@link BatchComposer}. An incomplete last batch is dropped; another order drops other
 * pairs in the next epoch.
 */
export async function* composeBatches<T>(
  pairs: Iterable<T> | AsyncIterable<T>,
  size: number,
  group: (pair: T) => number | string,
): AsyncGenerator<T[]> {
  const composer = new BatchComposer(size, group);
  for await (const pair of pairs) yield* composer.add(pair);
  yield* composer.end();
}
