import { InputError, ShapeError } from "../../platform/error.ts";

/** For each query, the candidates that answer it. Any of them in the first K counts as found; order and repeats do not matter. */
export type Positives = readonly ArrayLike<number>[];

/** Recall at 1, 5 and 10 (fraction of queries) and mean reciprocal rank: the metrics that are a mean over queries. */
export const rankMetricNames = ["R@1", "R@5", "R@10", "MRR"] as const;
/** One of {@link rankMetricNames}. */
export type RankMetric = (typeof rankMetricNames)[number];

/**
 * Each of them as a function of one query's {@link bestRanks rank}: the score, its confidence interval and its chance level
 * all come from this table.
 */
export const rankMetrics: Readonly<Record<RankMetric, (rank: number) => number>> = {
  "R@1": (rank) => Number(rank <= 1),
  "R@5": (rank) => Number(rank <= 5),
  "R@10": (rank) => Number(rank <= 10),
  MRR: (rank) => 1 / rank,
};

/** Every retrieval score of one direction; "median rank" counts from 1, the others are fractions. */
export type RetrievalScores = Readonly<Record<RankMetric | "median rank", number>>;

/**
 * The rank of each query's best positive, counted from 1, with ties against the model:
 * 1 + the number of non-positives that score at least as much. NaN is the worst score. So a model that gives every
 * candidate the same score, or NaN, is ranked last, never first.
 *
 * @param scores     `[queries, candidates]`, higher is nearer.
 * @param candidates Candidates per query.
 * @param positives  One list per query.
 * @throws {ShapeError} SCORES_NOT_QUERIES_BY_CANDIDATES
 * @throws {InputError} QUERY_WITHOUT_POSITIVE, POSITIVE_OUT_OF_RANGE
 */
export function bestRanks(scores: Float32Array, candidates: number, positives: Positives): Uint32Array {
  checkScores(scores, candidates, positives);
  return Uint32Array.from(positives, (list, query) => {
    const row = scores.subarray(query * candidates, (query + 1) * candidates);
    const own = distinct(list);
    let best = -Infinity;
    for (const positive of own) if (row[positive]! > best) best = row[positive]!; // false for NaN
    if (best === -Infinity) return 1 + candidates - own.size;
    let rank = 1;
    for (let i = 0; i < candidates; i++) if (row[i]! >= best) rank++;
    for (const positive of own) if (row[positive] === best) rank--;
    return rank;
  });
}

/** The scores of a list of {@link bestRanks}. */
export function retrievalScores(ranks: Uint32Array): RetrievalScores {
  const mean = (metric: RankMetric): number => ranks.reduce((sum, r) => sum + rankMetrics[metric](r), 0) / ranks.length;
  const sorted = ranks.slice().sort();
  const middle = sorted.length / 2;
  const median = (sorted[Math.ceil(middle) - 1]! + sorted[Math.floor(middle)]!) / 2;
  return { "R@1": mean("R@1"), "R@5": mean("R@5"), "R@10": mean("R@10"), MRR: mean("MRR"), "median rank": median };
}

/**
 * What a uniformly random order of the candidates is expected to score. The first of m positives among n candidates
 * stands at rank r with probability m/(n-r+1) · Π_{i<r} (n-m-i+1)/(n-i+1) (drawing without replacement), so
 * R@K is 1 - C(n-m, K) / C(n, K). "median rank" is the median of that distribution over all queries.
 *
 * @throws {InputError} QUERY_WITHOUT_POSITIVE, POSITIVE_OUT_OF_RANGE
 */
export function chanceScores(candidates: number, positives: Positives): RetrievalScores {
  checkPositives(candidates, positives);
  const queriesOf = new Map<number, number>(); // queries by their number of positives: few distinct ones
  for (const list of positives) {
    const { size } = distinct(list);
    queriesOf.set(size, (queriesOf.get(size) ?? 0) + 1);
  }
  const probability = new Float64Array(candidates + 1); // of each rank, over all queries
  for (const [count, queries] of queriesOf) {
    let noneBefore = queries / positives.length;
    for (let rank = 1; rank <= candidates - count + 1; rank++) {
      const left = candidates - rank + 1;
      probability[rank]! += (noneBefore * count) / left;
      noneBefore *= (left - count) / left;
    }
  }
  const mean = (metric: RankMetric): number =>
    probability.reduce((sum, p, rank) => (rank === 0 ? 0 : sum + p * rankMetrics[metric](rank)), 0);
  let median = 0;
  for (let below = 0; below < 0.5 - 1e-12;) below += probability[++median]!;
  return { "R@1": mean("R@1"), "R@5": mean("R@5"), "R@10": mean("R@10"), MRR: mean("MRR"), "median rank": median };
}

const distinct = (list: ArrayLike<number>): Set<number> => new Set(Array.from(list));

function checkScores(scores: Float32Array, candidates: number, positives: Positives): void {
  if (scores.length !== positives.length * candidates)
    throw new ShapeError(
      "SCORES_NOT_QUERIES_BY_CANDIDATES",
      "retrieval",
      `${scores.length} scores are not ${positives.length} queries by ${candidates} candidates`,
      "pass one row of scores and one list of positives per query",
    );
  checkPositives(candidates, positives);
}

function checkPositives(candidates: number, positives: Positives): void {
  for (const [query, list] of positives.entries()) {
    if (list.length === 0)
      throw new InputError(
        "QUERY_WITHOUT_POSITIVE",
        `retrieval: query ${query}`,
        "it has no positive candidate, so it has no rank",
        "leave out queries that nothing answers, and say how many",
      );
    for (let i = 0; i < list.length; i++)
      if (!(Number.isInteger(list[i]) && list[i]! >= 0 && list[i]! < candidates))
        throw new InputError(
          "POSITIVE_OUT_OF_RANGE",
          `retrieval: query ${query}`,
          `positive ${list[i]} is not one of ${candidates} candidates`,
          `positives are whole numbers from 0 to ${candidates - 1}`,
        );
  }
}
