import { fold, integer, type Key } from "../../engine/random.ts";

/** Draws examples from a stream of unknown length: each item is among them with the same chance (reservoir sampling). */
export class Reservoir<T> {
  readonly #size: number;
  readonly #key: Key;
  readonly #drawn: T[] = [];
  #seen = 0;

  constructor(size: number, key: Key) {
    this.#size = size;
    this.#key = key;
  }

  add(item: T): void {
    this.#seen++;
    if (this.#drawn.length < this.#size) this.#drawn.push(item);
    else {
      const at = integer(fold(this.#key, this.#seen), this.#seen);
      if (at < this.#size) this.#drawn[at] = item;
    }
  }

  get drawn(): readonly T[] {
    return this.#drawn;
  }
}
