/** How many samples were dropped for one reason. */
export interface DropCount {
  /** Upper-case code, e.g. `CAPTION_EMPTY`. */
  readonly reason: string;
  readonly count: number;
  /** The keys of the first few. */
  readonly examples: readonly string[];
}

/** Counts dropped samples by reason; remembers a few of each, whatever their number. */
export class DropCounts {
  readonly #byReason = new Map<string, { count: number; examples: string[] }>();

  /** Counts a sample that is left out. Fits wherever an `onDrop` is asked for. */
  readonly add = (key: string, reason: string): void => {
    const found = this.#byReason.get(reason) ?? { count: 0, examples: [] };
    found.count++;
    if (found.examples.length < 5) found.examples.push(key);
    this.#byReason.set(reason, found);
  };

  get total(): number {
    return this.list().reduce((sum, { count }) => sum + count, 0);
  }

  /** Most frequent first. */
  list(): DropCount[] {
    return [...this.#byReason].map(([reason, found]) => ({ reason, ...found })).sort((a, b) => b.count - a.count);
  }
}
