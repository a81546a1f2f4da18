import { expect, test } from "vitest";
import { BestRows } from "./best-rows.ts";

const all = (): boolean => true;

test("keeps what sorting all scores puts first, over blocks", () => {
  const scores = Float32Array.from({ length: 1000 }, (_, i) => Math.fround(Math.sin(i * i) * 3));
  const best = new BestRows(25);
  for (let start = 0; start < 1000; start += 150) best.offer(scores.subarray(start, start + 150), start, all);
  const sorted = Array.from(scores, (score, row) => ({ row, score })).sort((a, b) => b.score - a.score);
  expect(best.found()).toEqual(sorted.slice(0, 25));
});

test("equal scores stay in order, NaN never counts, rows that are not allowed neither", () => {
  const best = new BestRows(4);
  best.offer(Float32Array.of(1, 2, NaN, 2), 10, all);
  best.offer(Float32Array.of(2, 3, 1, NaN), 14, (row) => row !== 15);
  expect(best.found().map(({ row }) => row)).toEqual([11, 13, 14, 10]);
});

test("gives fewer where there are fewer, also of negative scores", () => {
  const best = new BestRows(5);
  best.offer(Float32Array.of(-2, -1), 0, all);
  expect(best.found()).toEqual([
    { row: 1, score: -1 },
    { row: 0, score: -2 },
  ]);
});
