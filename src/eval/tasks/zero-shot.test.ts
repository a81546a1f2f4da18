import { expect, test } from "vitest";
import { key } from "../../engine/random.ts";
import { zeroShotRows } from "./zero-shot.ts";

test("rows by hand: ten images, two classes of eight and two", () => {
  // Always class 0: 8 of 10 right, yet mean per-class recall is (1 + 0) / 2, which is chance.
  const scores = Float32Array.from({ length: 20 }, (_, i) => 1 - (i % 2));
  const labels = [0, 0, 0, 0, 0, 0, 0, 0, 1, 1];
  const [top1, recall, ...more] = zeroShotRows({ split: "groups", scores, labels, classes: 2, key: key(1) });
  expect(more).toEqual([]); // no top-5 of two classes
  const common = { task: "zero-shot", split: "groups", unit: "fraction", chance: 0.5, n: 10 };
  expect(top1).toMatchObject({ ...common, metric: "top-1", value: 0.8 });
  expect(top1?.baseline).toEqual({ name: "commonest class", value: 0.8 });
  expect(top1!.low).toBeLessThan(0.8);
  // Within a class every image has the same outcome, so resampling within classes cannot move the mean.
  expect(recall).toMatchObject({ ...common, metric: "mean per-class recall", value: 0.5, low: 0.5, high: 0.5 });
});

test("top-5 of eight classes, a constant model is wrong everywhere, an absent class does not count", () => {
  const labels = [0, 1, 2, 3, 4, 5, 6];
  const rows = zeroShotRows({ split: "s", scores: new Float32Array(56), labels, classes: 8, key: key(1) });
  expect(rows.map(({ metric, value, chance }) => [metric, value, chance])).toEqual([
    ["top-1", 0, 1 / 8],
    ["top-5", 0, 5 / 8],
    ["mean per-class recall", 0, 1 / 8],
  ]);
});
