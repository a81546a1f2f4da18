/**
 * Single linkage of items in an order: at which similarity each stops being the first of its group, when items that are at least so similar are
 * linked, directly or by way of others. One pass, and memory for a few numbers an item: items are added from the last to the first.
 *
 * @see Sibson 1973, "SLINK: an optimally efficient algorithm for the single-link cluster method", https://doi.org/10.1093/comjnl/16.1.30
 *   (his lambda is `level`, his pi `#leader`; he numbers items the other way round, and has distances)
 */
export class SingleLinkage {
  /** `[items]`: the similarity at which each item meets one that comes before it; -Infinity for the first. */
  readonly level: Float32Array;
  /** The first of the group that an item then joins. */
  readonly #leader: Uint32Array;

  constructor(items: number) {
    this.level = new Float32Array(items);
    this.#leader = new Uint32Array(items);
  }

  /**
   * Adds the item before those that were added so far.
   * @param similarity `[items]`: to each item after it; overwritten
   */
  add(item: number, similarity: Float32Array): void {
    const { level } = this;
    const leader = this.#leader;
    const last = level.length - 1;
    level[item] = -Infinity;
    leader[item] = item;
    similarity[item] = -Infinity;
    for (let i = last; i > item; i--) {
      const [now, direct, to] = [level[i]!, similarity[i]!, leader[i]!];
      if (now <= direct) {
        if (now > similarity[to]!) similarity[to] = now;
        level[i] = direct;
        leader[i] = item;
      } else if (direct > similarity[to]!) similarity[to] = direct;
    }
    for (let i = last; i > item; i--) if (level[i]! <= level[leader[i]!]!) leader[i] = item;
  }
}
