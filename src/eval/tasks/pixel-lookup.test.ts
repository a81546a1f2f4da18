import { expect, test } from "vitest";
import { pixelLookupScores } from "./pixel-lookup.ts";

test("each text scores a candidate by its nearest training picture", () => {
  // Mean training picture (100, 100). Centred: t0 (100, 0), t1 (-100, 0), t2 (0, 100), t3 (0, -100).
  const training = Uint8Array.of(200, 100, 0, 100, 100, 200, 100, 0);
  const candidates = Uint8Array.of(150, 100, 100, 10, 150, 150); // centred (50, 0), (0, -90), (50, 50)
  const scores = pixelLookupScores(training, candidates, 2, [[0, 3], [1], []]);
  const half = Math.SQRT1_2;
  [1, 1, half, /* text 1 */ -1, 0, -half].forEach((want, i) => expect(scores[i]).toBeCloseTo(want, 6));
  expect([...scores.subarray(6)]).toEqual([NaN, NaN, NaN]); // no training picture: the worst score
});
