import { expect, test } from "vitest";
import { key, normal } from "../../engine/random.ts";
import { cosineSimilarity } from "../metrics/similarity.ts";
import type { ScoreTable } from "../scores.ts";
import { retrievalRows } from "./retrieval.ts";

const valueOf = (rows: ScoreTable, task: string, metric: string): number | undefined =>
  rows.find((row) => row.task === task && row.metric === metric)?.value;

test("both directions by hand", () => {
  // Texts 0 and 1; images 0 to 3. Text 0 describes images 0 and 1, text 1 image 2, nothing describes image 3.
  // Text 0 sees image 3 ahead of image 1: rank 2. Text 1 sees image 0 ahead of image 2 and image 3 level with it: rank 3.
  const scores = Float32Array.of(0.1, 0.8, 0.3, 0.9, 0.7, 0.2, 0.6, 0.6);
  const rows = retrievalRows({ split: "s", scores, images: 4, imagesOfText: [[0, 1], [2]], key: key(1) });
  expect(valueOf(rows, "text-to-image", "R@1")).toBe(0);
  expect(valueOf(rows, "text-to-image", "R@5")).toBe(1);
  expect(valueOf(rows, "text-to-image", "MRR")).toBeCloseTo((1 / 2 + 1 / 3) / 2, 12);
  expect(valueOf(rows, "text-to-image", "median rank")).toBe(2.5);
  // Image 0 prefers text 1 (0.1 < 0.7), image 1 text 0, image 2 text 1; image 3 asks nothing.
  expect(valueOf(rows, "image-to-text", "R@1")).toBeCloseTo(2 / 3, 12);
  const first = rows[0]!;
  expect(first).toMatchObject({ task: "text-to-image", split: "s", metric: "R@1", unit: "fraction", n: 2 });
  expect(first.chance).toBeCloseTo((2 / 4 + 1 / 4) / 2, 12);
  expect(rows.map((row) => row.n)).toEqual([2, 2, 2, 2, 2, 3, 3, 3, 3, 3]);
});

test("intervals hold the score; a baseline stands beside its own metric", () => {
  const [count, width] = [40, 8];
  const images = normal(key(1), count * width);
  const noise = normal(key(2), count * width);
  const texts = images.map((value, i) => value + 0.6 * noise[i]!);
  const imagesOfText = Array.from({ length: count }, (_, i) => [i]);
  const scores = cosineSimilarity(texts, images, width);
  const baseline = { name: "itself", scores };
  const rows = retrievalRows({ split: "s", scores, images: count, imagesOfText, key: key(3), baseline });
  expect(rows).toHaveLength(10);
  for (const row of rows) {
    expect(row.baseline).toEqual({ name: "itself", value: row.value });
    if (row.metric === "median rank") continue;
    expect(row.low).toBeLessThanOrEqual(row.value);
    expect(row.high).toBeGreaterThanOrEqual(row.value);
    expect(row.value).toBeGreaterThan(row.chance!);
  }
});

test("a constant model scores nothing in either direction", () => {
  const imagesOfText = Array.from({ length: 30 }, (_, i) => [i]);
  const rows = retrievalRows({ split: "s", scores: new Float32Array(900), images: 30, imagesOfText, key: key(1) });
  for (const row of rows.filter(({ metric }) => metric.startsWith("R@")))
    expect(row).toMatchObject({ value: 0, low: 0, high: 0 });
});
