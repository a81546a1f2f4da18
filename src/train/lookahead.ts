/** An iterator whose next item can be looked at before it is taken. */
export class Lookahead<T> implements AsyncIterator<T> {
  readonly #source: AsyncIterator<T>;
  #peeked: IteratorResult<T> | undefined;

  constructor(source: AsyncIterator<T>) {
    this.#source = source;
  }

  /** The next item, which stays; `undefined` at the end. */
  async peek(): Promise<T | undefined> {
    this.#peeked ??= await this.#source.next();
    return this.#peeked.done === true ? undefined : this.#peeked.value;
  }

  /** Takes the next item. */
  async next(): Promise<IteratorResult<T>> {
    const peeked = this.#peeked;
    this.#peeked = undefined;
    return peeked ?? (await this.#source.next());
  }
}
