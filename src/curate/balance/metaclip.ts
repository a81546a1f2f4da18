import { fold, type Key, uniform } from "../../engine/random.ts";

/** What {@link balance} decided. */
export interface Balanced {
  /** In how many texts each entry occurs. */
  readonly counts: ReadonlyMap<string, number>;
  /** For each text: `kept`, `unmatched` if it has no entry, `sampled-out` if none of its entries let it pass. */
  readonly verdicts: readonly ("kept" | "unmatched" | "sampled-out")[];
}

/** Options of {@link balance}. */
export interface BalanceOptions {
  /** About so many texts of each entry stay at most (the paper's t; 20,000 for its 400 M pairs). */
  readonly limit: number;
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
 * are fewer than `limit`, and a text stays if any of its entries lets it pass. The draw of an entry for a text depends on their names
 * and the key alone, not on the order or on other texts.
 *
 * @see Xu et al. 2023, https://arxiv.org/abs/2309.16671, algorithm 1; `balancing.py` of its repository
 */
export function balance(texts: readonly MatchedText[], { limit, minCount = 1, key }: BalanceOptions): Balanced {
  const counts = new Map<string, number>();
  for (const { entries } of texts) for (const entry of entries) counts.set(entry, (counts.get(entry) ?? 0) + 1);
  for (const [entry, count] of counts) if (count < minCount) counts.delete(entry);
  const passes = (id: string, entry: string): boolean => {
    const share = limit / counts.get(entry)!;
    return share >= 1 || uniform(fold(key, id, entry), 1)[0]! < share;
  };
  const verdicts = texts.map(({ id, entries }) => {
    const counted = entries.filter((entry) => counts.has(entry));
    if (counted.length === 0) return "unmatched";
    return counted.some((entry) => passes(id, entry)) ? "kept" : "sampled-out";
  });
  return { counts, verdicts };
}
