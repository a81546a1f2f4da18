import { fold, type Key, uniform } from "../../engine/random.ts";

/** What {@link balance} found; texts without an entry that counts have NaN in both. */
export interface Balanced {
  /** `[texts]`: in how many texts the rarest of a text's entries occurs. */
  readonly rarest: Float64Array;
  /**
   * `[texts]`: a text stays for every limit above this one (the paper's t: about so many texts of each entry stay; 20,000 for its
   * 400 M pairs). Never more than `rarest`.
   */
  readonly limit: Float64Array;
}

/** Options of {@link balance}. */
export interface BalanceOptions {
  /** Entries that fewer texts have do not count; 1 if absent. */
  readonly minCount?: number;
  readonly key: Key;
}

/** A text to be balanced: who it is, and which entries occur in it, each once. */
export interface MatchedText {
  readonly id: string;
  readonly entries: readonly string[];
}

/**
 * MetaCLIP's balancing: an entry that `count` texts have lets each of them pass with probability `limit / count`, or 1 if there
 * are fewer than `limit`, and a text stays if any of its entries lets it pass. A draw `u` from 0 to 1 lets it pass if `u < limit / count`:
 * for every limit above `u * count`, of which a text needs the least. The draw of an entry for a text depends on their names and the
 * key alone, not on the order or on other texts.
 *
 * @see Xu et al. 2023, https://arxiv.org/abs/2309.16671, algorithm 1; `balancing.py` of its repository
 */
export function balance(texts: readonly MatchedText[], { minCount = 1, key }: BalanceOptions): Balanced {
  const counts = new Map<string, number>();
  for (const { entries } of texts) for (const entry of entries) counts.set(entry, (counts.get(entry) ?? 0) + 1);
  for (const [entry, count] of counts) if (count < minCount) counts.delete(entry);
  const [rarest, limit] = [new Float64Array(texts.length).fill(NaN), new Float64Array(texts.length).fill(NaN)];
  for (const [i, { id, entries }] of texts.entries()) {
    const counted = entries.filter((entry) => counts.has(entry));
    if (counted.length === 0) continue;
    rarest[i] = Math.min(...counted.map((entry) => counts.get(entry)!));
    limit[i] = Math.min(...counted.map((entry) => uniform(fold(key, id, entry), 1)[0]! * counts.get(entry)!));
  }
  return { rarest, limit };
}
