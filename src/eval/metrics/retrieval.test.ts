import { expect, test } from "vitest";
import { key, uniform } from "../../engine/random.ts";
import { InputError, ShapeError } from "../../platform/error.ts";
import { bestRanks, chanceScores, retrievalScores } from "./retrieval.ts";

const ranks = (rows: readonly (readonly number[])[], positives: readonly (readonly number[])[]): number[] => [
  ...bestRanks(Float32Array.from(rows.flat()), rows[0]!.length, positives),
];

test("rank of the best positive, ties against the model", () => {
  const row = [0.1, 0.9, 0.5, 0.7, 0.5];
  expect(ranks([row, row, row, row], [[1], [3], [0], [0, 3]])).toEqual([1, 2, 5, 2]);
  expect(ranks([row], [[2]])).toEqual([4]); // 4 is a non-positive with the same score
  expect(ranks([row], [[2, 4]])).toEqual([3]); // two positives share it: neither stands in the other's way
  expect(ranks([row], [[4, 2, 4]])).toEqual([3]); // order and repeats of positives do not matter
});

test("NaN is the worst score", () => {
  expect(ranks([[NaN, 0.2, NaN, 0.1]], [[3]])).toEqual([2]);
  expect(ranks([[NaN, 0.2, NaN, 0.1]], [[0]])).toEqual([4]);
  expect(ranks([[NaN, 0.2, NaN, 0.1]], [[0, 1]])).toEqual([1]);
  expect(ranks([[-Infinity, NaN, NaN]], [[0]])).toEqual([3]);
});

test.each([
  ["one score for all", 0],
  ["NaN for all", NaN],
  ["infinity for all", Infinity],
])("a constant model, %s, is ranked last: at most chance, never 1", (_name, score) => {
  const positives = Array.from({ length: 20 }, (_, query) => [query, (query + 7) % 20]);
  const constant = bestRanks(new Float32Array(20 * 20).fill(score), 20, positives);
  expect([...constant]).toEqual(Array.from({ length: 20 }, () => 19)); // 18 non-positives, all ahead
  const scores = retrievalScores(constant);
  const chance = chanceScores(20, positives);
  for (const metric of ["R@1", "R@5", "R@10", "MRR"] as const) expect(scores[metric]).toBeLessThan(chance[metric]);
  expect(scores["R@10"]).toBe(0);
});

test("the scores of ranks 1, 2, 4, 8, 20, by hand", () => {
  const scores = retrievalScores(Uint32Array.of(8, 1, 20, 4, 2));
  expect(scores["R@1"]).toBeCloseTo(1 / 5, 12);
  expect(scores["R@5"]).toBeCloseTo(3 / 5, 12);
  expect(scores["R@10"]).toBeCloseTo(4 / 5, 12);
  expect(scores.MRR).toBeCloseTo((1 + 1 / 2 + 1 / 4 + 1 / 8 + 1 / 20) / 5, 12);
  expect(scores["median rank"]).toBe(4);
  expect(retrievalScores(Uint32Array.of(1, 2, 4, 30))["median rank"]).toBe(3);
});

test("chance by hand", () => {
  const one = chanceScores(20, [[3], [5]]); // one positive among 20: every rank equally likely
  expect(one["R@1"]).toBeCloseTo(1 / 20, 12);
  expect(one["R@5"]).toBeCloseTo(5 / 20, 12);
  expect(one["R@10"]).toBeCloseTo(10 / 20, 12);
  expect(one["median rank"]).toBe(10);
  expect(chanceScores(3, [[0]]).MRR).toBeCloseTo((1 + 1 / 2 + 1 / 3) / 3, 12);

  // Three positives among 12: 1 - C(9, 5)/C(12, 5) = 1 - 126/792; ten draws leave two, so one positive at least is in.
  const three = chanceScores(12, [[0, 1, 2]]);
  expect(three["R@1"]).toBeCloseTo(3 / 12, 12);
  expect(three["R@5"]).toBeCloseTo(1 - 126 / 792, 12);
  expect(three["R@10"]).toBeCloseTo(1, 12);

  // Queries with one and with three positives: the mean of both.
  expect(chanceScores(12, [[0], [0, 1, 2]])["R@5"]).toBeCloseTo((5 / 12 + 1 - 126 / 792) / 2, 12);
});

test("random scores come out at the chance level", () => {
  const [queries, candidates] = [2000, 40];
  const positives = Array.from({ length: queries }, (_, q) => (q % 2 === 0 ? [q % 40] : [1, 20, 39]));
  const scores = retrievalScores(bestRanks(uniform(key(5), queries * candidates), candidates, positives));
  const chance = chanceScores(candidates, positives);
  // Four standard errors of a fraction of 2,000 are at most 4 * sqrt(0.25 / 2000) = 0.045.
  for (const metric of ["R@1", "R@5", "R@10", "MRR"] as const)
    expect(Math.abs(scores[metric] - chance[metric])).toBeLessThan(0.045);
  expect(Math.abs(scores["median rank"] - chance["median rank"])).toBeLessThanOrEqual(2);
});

test("2,000 by 2,000 scores are ranked in under 300 ms", () => {
  const scores = uniform(key(1), 2000 * 2000);
  const positives = Array.from({ length: 2000 }, (_, q) => [q]);
  const times = Array.from({ length: 3 }, () => {
    const start = performance.now();
    bestRanks(scores, 2000, positives);
    return performance.now() - start;
  });
  expect(Math.min(...times)).toBeLessThan(300);
});

test("wrong ground truth is refused", () => {
  const scores = new Float32Array(6);
  expect(() => bestRanks(scores, 3, [[0]])).toThrow(
    new ShapeError(
      "SCORES_NOT_QUERIES_BY_CANDIDATES",
      "retrieval",
      "6 scores are not 1 queries by 3 candidates",
      "pass one row of scores and one list of positives per query",
    ),
  );
  expect(() => bestRanks(scores, 3, [[0], []])).toThrow(
    new InputError(
      "QUERY_WITHOUT_POSITIVE",
      "retrieval: query 1",
      "it has no positive candidate, so it has no rank",
      "leave out queries that nothing answers, and say how many",
    ),
  );
  for (const wrong of [3, -1, 0.5, NaN])
    expect(() => chanceScores(3, [[0], [wrong]])).toThrow(
      new InputError(
        "POSITIVE_OUT_OF_RANGE",
        "retrieval: query 1",
        `positive ${wrong} is not one of 3 candidates`,
        "positives are whole numbers from 0 to 2",
      ),
    );
});
