import { expect, test } from "vitest";
import { key, normal } from "../../engine/random.ts";
import { FoveaError } from "../../platform/error.ts";
import { cosineSimilarity, transposed, unitRows } from "./similarity.ts";

test("cosine similarity by hand: angles of 0, 90, 45 and 180 degrees, lengths do not matter", () => {
  const scores = cosineSimilarity(Float32Array.of(3, 0, 0, 0.5), Float32Array.of(2, 0, 0, 9, 1, 1, -7, 0, 0, 1), 2);
  const half = Math.SQRT1_2;
  [1, 0, half, -1, 0, /* second row */ 0, 1, half, 0, 1].forEach((want, i) => expect(scores[i]).toBeCloseTo(want, 6));
});

test("equal rows get exactly equal scores wherever they stand", () => {
  const [width, rows] = [33, 7]; // 7 rows: one block of four and three left over
  const row = normal(key(1), width);
  const same = Float32Array.from({ length: rows * width }, (_, i) => row[i % width]!);
  expect(new Set(cosineSimilarity(normal(key(2), width), same, width)).size).toBe(1);
});

test("a row of zeros has no direction: its scores are NaN", () => {
  expect([...cosineSimilarity(Float32Array.of(0, 0, 1, 0), Float32Array.of(1, 0), 2)]).toEqual([NaN, 1]);
  expect([...unitRows(Float32Array.of(3, 4), 2)]).toEqual([Math.fround(0.6), Math.fround(0.8)]);
});

test("transposed", () => {
  expect([...transposed(Float32Array.of(1, 2, 3, 4, 5, 6), 3)]).toEqual([1, 4, 2, 5, 3, 6]);
});

test("embeddings that are no rows of the width are refused", () => {
  const call = (): unknown => cosineSimilarity(new Float32Array(7), new Float32Array(4), 2);
  expect(call).toThrow(FoveaError);
  expect(call).toThrow(
    "cosineSimilarity: 7 numbers are not rows of width 2\n  mend: pass the embedding width of the model that made them",
  );
});
