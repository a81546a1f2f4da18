import { expect, test } from "vitest";
import { lossErrors, matrix, valueOf, type Rows } from "../../testing/loss.ts";
import { infoNce } from "./info-nce.ts";

// Rows: 3/4 1/4 and 1/2 1/2. Columns: 3/4 1/4 and 1/2 1/2.
const square = [
  [Math.log(3), 0],
  [0, 0],
];

test("InfoNCE by hand: rows choose columns, columns choose rows", async () => {
  const oneWay = (-Math.log(3 / 4) - Math.log(1 / 2)) / 2;
  expect(await valueOf(infoNce(matrix(square)))).toBeCloseTo(oneWay, 6);
});

test("the two ways differ where the matrix is not symmetric", async () => {
  const logits = [
    [Math.log(3), Math.log(2)], // 3/5, 2/5
    [0, 0], //                     1/2, 1/2; columns: 3/4 1/4 and 2/3 1/3
  ];
  const [forth, back] = [(-Math.log(3 / 5) - Math.log(1 / 2)) / 2, (-Math.log(3 / 4) - Math.log(1 / 3)) / 2];
  expect(await valueOf(infoNce(matrix(logits)))).toBeCloseTo((forth + back) / 2, 6);
});

test("hard negatives: further columns that rows must not pick, and that pick nothing", async () => {
  const logits = [
    [Math.log(3), 0, Math.log(2)], // 3/6, 1/6, 2/6
    [0, 0, Math.log(6)], //           1/8, 1/8, 6/8; the first two columns as in `square`
  ];
  const [forth, back] = [(-Math.log(3 / 6) - Math.log(1 / 8)) / 2, (-Math.log(3 / 4) - Math.log(1 / 2)) / 2];
  expect(await valueOf(infoNce(matrix(logits)))).toBeCloseTo((forth + back) / 2, 6);
});

test("label smoothing by hand", async () => {
  const even = -(Math.log(3 / 4) + Math.log(1 / 4) + 2 * Math.log(1 / 2)) / 4; // each row's mean, mean over rows
  const own = (-Math.log(3 / 4) - Math.log(1 / 2)) / 2;
  expect(await valueOf(infoNce(matrix(square), { labelSmoothing: 0.3 }))).toBeCloseTo(0.7 * own + 0.3 * even, 6);
});

function plainNce(rows: Rows, smoothing: number): number {
  const oneWay = (lines: Rows): number =>
    lines.reduce((sum, line, i) => {
      const total = Math.log(line.reduce((part, value) => part + Math.exp(value), 0));
      const even = line.reduce((part, value) => part + value, 0) / line.length;
      return sum + total - (1 - smoothing) * line[i]! - smoothing * even;
    }, 0) / lines.length;
  return (oneWay(rows) + oneWay(rows.map((_, i) => rows.map((row) => row[i]!)))) / 2;
}

test.each([
  { shape: [4, 4], labelSmoothing: 0 },
  { shape: [3, 5], labelSmoothing: 0.1 },
])("the gradient equals finite differences: %j", async ({ shape, labelSmoothing }) => {
  const errors = await lossErrors({
    shapes: [shape],
    loss: (x) => infoNce(x, { labelSmoothing }),
    reference: (rows) => plainNce(rows, labelSmoothing),
  });
  expect(errors.value).toBeLessThan(1e-6);
  expect(errors.gradient).toBeLessThan(1e-5);
});
