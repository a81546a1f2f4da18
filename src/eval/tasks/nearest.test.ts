import { expect, test } from "vitest";
import { nearestCandidates } from "./nearest.ts";

test("best first, equal scores in order, NaN last", () => {
  const scores = Float32Array.of(0.25, NaN, 0.5, -Infinity, 0.25);
  expect(nearestCandidates(scores, 3)).toEqual([
    { candidate: 2, score: 0.5 },
    { candidate: 0, score: 0.25 },
    { candidate: 4, score: 0.25 },
  ]);
  expect(nearestCandidates(scores, 9).map(({ candidate }) => candidate)).toEqual([2, 0, 4, 1, 3]);
});
