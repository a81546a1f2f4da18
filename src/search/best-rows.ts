/** A row that a query found. */
export interface FoundRow {
  readonly row: number;
  /** Inner product of its vector and the query. */
  readonly score: number;
}

/** The best rows that were offered so far, best first; equal scores in the order in which they came; NaN never. */
export class BestRows {
  readonly #scores: Float32Array;
  readonly #rows: Float64Array; // row numbers beyond 32 bits
  #count = 0;

  /** @param most how many are kept */
  constructor(most: number) {
    this.#scores = new Float32Array(most);
    this.#rows = new Float64Array(most);
  }

  /** Offers rows `start`, `start + 1`, ...; `isAllowed` is asked only of those good enough. */
  offer(scores: Float32Array, start: number, isAllowed: (row: number) => boolean): void {
    const most = this.#scores.length;
    let worst = this.#count < most ? -Infinity : this.#scores[most - 1]!;
    for (let i = 0; i < scores.length; i++) {
      const score = scores[i]!;
      if (!(score > worst) || !isAllowed(start + i)) continue;
      this.#insert(score, start + i);
      if (this.#count === most) worst = this.#scores[most - 1]!;
    }
  }

  /** What was kept. */
  found(): FoundRow[] {
    return Array.from(this.#rows.subarray(0, this.#count), (row, i) => ({ row, score: this.#scores[i]! }));
  }

  #insert(score: number, row: number): void {
    let [low, high] = [0, this.#count];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#scores[middle]! >= score) low = middle + 1;
      else high = middle;
    }
    this.#count = Math.min(this.#count + 1, this.#scores.length);
    this.#scores.copyWithin(low + 1, low, this.#count - 1);
    this.#rows.copyWithin(low + 1, low, this.#count - 1);
    this.#scores[low] = score;
    this.#rows[low] = row;
  }
}
