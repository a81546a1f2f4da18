import { expect, test } from "vitest";
import { constant } from "../../engine/ops/leaf.ts";
import { lossErrors, matrix, valueOf } from "../../testing/loss.ts";
import { crossEntropy, softCrossEntropy } from "./cross-entropy.ts";

const labels = (...values: number[]) => constant(values, [values.length], "int64");

// Row 0 has probabilities 3/4 and 1/4, row 1 has 1/2 and 1/2.
const logits = matrix([
  [Math.log(3), 0],
  [0, 0],
]);

test("cross-entropy by hand: the mean negative logarithm of the labelled probability", async () => {
  expect(await valueOf(crossEntropy(logits, labels(0, 1)))).toBeCloseTo((Math.log(4 / 3) + Math.log(2)) / 2, 6);
  expect(await valueOf(crossEntropy(logits, labels(1, 1)))).toBeCloseTo((Math.log(4) + Math.log(2)) / 2, 6);
});

test("rows with the ignored label do not count, and none at all is 0", async () => {
  expect(await valueOf(crossEntropy(logits, labels(1, -100)))).toBeCloseTo(Math.log(4), 6);
  expect(await valueOf(crossEntropy(logits, labels(0, 1), { ignore: 0 }))).toBeCloseTo(Math.log(2), 6);
  expect(await valueOf(crossEntropy(logits, labels(-100, -100)))).toBe(0);
});

test("label smoothing spreads a share of the target over all classes", async () => {
  const row0 = 0.8 * Math.log(4 / 3) + 0.2 * ((Math.log(4 / 3) + Math.log(4)) / 2);
  expect(await valueOf(crossEntropy(logits, labels(0, -100), { labelSmoothing: 0.2 }))).toBeCloseTo(row0, 6);
});

test("soft targets by hand", async () => {
  const targets = matrix([
    [0.5, 0.5],
    [1, 0],
  ]);
  const expected = (0.5 * Math.log(4 / 3) + 0.5 * Math.log(4) + Math.log(2)) / 2;
  expect(await valueOf(softCrossEntropy(logits, targets))).toBeCloseTo(expected, 6);
});

test("the gradient equals finite differences", async () => {
  const chosen = [2, -100, 0, 1];
  const errors = await lossErrors({
    shapes: [[4, 3]],
    loss: (x) => crossEntropy(x, labels(...chosen), { labelSmoothing: 0.1 }),
    reference: (rows) => {
      const perRow = rows.flatMap((row, i) => {
        const total = row.reduce((sum, value) => sum + Math.exp(value), 0);
        const own = row[chosen[i]!];
        if (own === undefined) return [];
        const even = row.reduce((sum, value) => sum + value, 0) / row.length;
        return [Math.log(total) - 0.9 * own - 0.1 * even];
      });
      return perRow.reduce((sum, value) => sum + value, 0) / perRow.length;
    },
  });
  expect(errors.value).toBeLessThan(1e-6);
  expect(errors.gradient).toBeLessThan(1e-5);
});
