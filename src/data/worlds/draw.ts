import { permutation, threefry, type Key } from "../../engine/random.ts";

/**
 * Draws from one key, one after the other. The n-th draw is a function of the key and n alone, so whoever holds the key repeats them:
 * give each sample, and each part of it that shall not disturb the others, a key of its own.
 */
export class Draw {
  readonly #key: Key;
  #next = 0;

  constructor(key: Key) {
    this.#key = key;
  }

  /** A number of [0, 1). */
  unit(): number {
    return threefry(this.#key, this.#next++, 0)[0] / 2 ** 32;
  }

  /** A number of [low, high). */
  between(low: number, high: number): number {
    return low + this.unit() * (high - low);
  }

  /** A whole number of [0, limit). */
  below(limit: number): number {
    return Math.floor(this.unit() * limit);
  }

  /** A whole number of [low, high], both included. */
  whole(low: number, high: number): number {
    return low + this.below(high - low + 1);
  }

  /** True with this probability. */
  chance(probability: number): boolean {
    return this.unit() < probability;
  }

  /** One of a list that is not empty. */
  pick<T>(list: readonly T[]): T {
    return list[this.below(list.length)]!;
  }

  /** One of a list, by weights that are not all 0. */
  weighted<T>(choices: readonly (readonly [item: T, weight: number])[]): T {
    let rest = this.unit() * choices.reduce((sum, [, weight]) => sum + weight, 0);
    const found = choices.find(([, weight]) => (rest -= weight) < 0) ?? choices.at(-1)!;
    return found[0];
  }

  /** The list in random order. */
  shuffled<T>(list: readonly T[]): T[] {
    const order = permutation(threefry(this.#key, this.#next++, 1), list.length);
    return Array.from(order, (at) => list[at]!);
  }
}
