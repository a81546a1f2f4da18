/**
 * The most frequent of many texts in bounded memory (Misra and Gries 1982): a text that makes up more than 1 / `capacity` of all is surely
 * found, and its count is at most `total / capacity` too low; exact while there are no more than `capacity` distinct texts.
 */
export class FrequentTexts {
  readonly #capacity: number;
  readonly #counts = new Map<string, number>();
  #lost = 0;

  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  add(text: string): void {
    const known = this.#counts.get(text);
    if (known !== undefined || this.#counts.size < this.#capacity) {
      this.#counts.set(text, (known ?? 0) + 1);
      return;
    }
    this.#lost++;
    for (const [other, count] of this.#counts) {
      if (count === 1) this.#counts.delete(other);
      else this.#counts.set(other, count - 1);
    }
  }

  /** Whether counts are exact. */
  get isExact(): boolean {
    return this.#lost === 0;
  }

  /** Texts that occur twice or more, the most frequent first. */
  top(n: number): { readonly text: string; readonly count: number }[] {
    return [...this.#counts]
      .filter(([, count]) => count > 1)
      .sort((a, b) => b[1] - a[1])
      .slice(0, n)
      .map(([text, count]) => ({ text, count }));
  }
}
