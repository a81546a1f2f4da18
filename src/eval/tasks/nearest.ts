/** A candidate that a query found. */
export interface Found {
  /** Index of the candidate. */
  readonly candidate: number;
  readonly score: number;
}

/** The `count` best candidates of one query's scores, best first; NaN last, equal scores in the candidates' order. */
export function nearestCandidates(scores: Float32Array, count: number): Found[] {
  const value = (i: number): number => (Number.isNaN(scores[i]) ? -Infinity : scores[i]!);
  return Array.from(scores, (_, candidate) => candidate)
    .sort((a, b) => (value(a) === value(b) ? a - b : value(b) - value(a)))
    .slice(0, count)
    .map((candidate) => ({ candidate, score: scores[candidate]! }));
}
