import { expect, test } from "vitest";
import { distinctiveWords } from "./distinctive-words.ts";
import { neighbourhood } from "./outliers.ts";
import { VectorRows } from "./vector-rows.ts";

test("nearness is the mean similarity to the nearest members; where members lack, 0 counts", async () => {
  const degrees = [0, 10, 20, 90, 180];
  const vectors = new VectorRows(
    Float32Array.from(degrees.flatMap((a) => [Math.cos((a * Math.PI) / 180), Math.sin((a * Math.PI) / 180)])),
    2,
  );
  const clustering = { assignment: Int32Array.of(0, 0, 0, 0, 1), centroids: new Float32Array(4) };
  const near = await neighbourhood(vectors, clustering, 2);
  const cos = (a: number) => Math.cos((a * Math.PI) / 180);
  const expected = [(cos(10) + cos(20)) / 2, cos(10), (cos(10) + cos(20)) / 2, (cos(70) + cos(80)) / 2, 0];
  for (const [i, value] of expected.entries()) expect(near[i]).toBeCloseTo(value, 5);
});

test("distinctive words are frequent in their cluster and rare elsewhere", () => {
  const captions = ["the red car", "the car", "the old car", "the dog", "the dog barks", "the old dog"];
  expect(distinctiveWords(captions, Int32Array.of(0, 0, 0, 1, 1, 1), 2, 2)).toEqual([
    ["car", "red"],
    ["dog", "barks"],
  ]);
});
