/** Sets of numbers that grow by being united (union-find). The least number of a set stands for it. */
export class DisjointSets {
  readonly #parent: Uint32Array;

  /** @param count each of the numbers 0 to `count - 1` begins as a set of its own */
  constructor(count: number) {
    this.#parent = Uint32Array.from({ length: count }, (_, i) => i);
  }

  /** The least number of the set that has `x`. */
  find(x: number): number {
    const parent = this.#parent;
    let at = x;
    while (parent[at] !== at) {
      parent[at] = parent[parent[at]!]!; // halves the path
      at = parent[at]!;
    }
    return at;
  }

  /** Makes one set of those that have `x` and `y`. */
  unite(x: number, y: number): void {
    const [a, b] = [this.find(x), this.find(y)];
    this.#parent[Math.max(a, b)] = Math.min(a, b);
  }
}
