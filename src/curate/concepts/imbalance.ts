/** How unevenly mentions are spread over concepts. */
export interface Imbalance {
  /** 0 if all are mentioned equally often, near 1 if one has all mentions. */
  readonly gini: number;
  /** Shannon entropy of a random mention's concept, in bits. */
  readonly entropyBits: number;
  /** As many equally frequent concepts have that entropy: `2 ** entropyBits`. */
  readonly effectiveConcepts: number;
  /** Share of all mentions that the most frequent hundredth of the concepts (at least one) has. */
  readonly topPercentShare: number;
}

/**
 * Measures the imbalance of counts.
 * @param counts one for each concept, in any order; zeros count as concepts
 */
export function imbalanceOf(counts: readonly number[]): Imbalance {
  const sorted = counts.toSorted((a, b) => a - b);
  const total = sorted.reduce((sum, count) => sum + count, 0);
  if (total === 0) return { gini: 0, entropyBits: 0, effectiveConcepts: 0, topPercentShare: 0 };
  const n = sorted.length;
  const ranked = sorted.reduce((sum, count, i) => sum + (i + 1) * count, 0);
  const entropyBits = sorted.reduce(
    (sum, count) => sum - (count > 0 ? (count / total) * Math.log2(count / total) : 0),
    0,
  );
  const top = sorted.slice(-Math.max(1, Math.round(n / 100))).reduce((sum, count) => sum + count, 0);
  return {
    gini: (2 * ranked) / (n * total) - (n + 1) / n,
    entropyBits,
    effectiveConcepts: 2 ** entropyBits,
    topPercentShare: top / total,
  };
}
