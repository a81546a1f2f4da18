import { expect, test } from "vitest";
import { lossErrors, matrix, valueOf, type Rows } from "../../testing/loss.ts";
import { ntXent } from "./nt-xent.ts";

test("NT-Xent by hand: two pictures, two views each", async () => {
  // Likeness of first to second views: 0.6 of picture 0, 1 of picture 1; 0.8 and 0 across.
  const first = [
    [1, 0],
    [0, 1],
  ];
  const second = [
    [0.6, 0.8],
    [0, 1],
  ];
  const exp = (likeness: number): number => Math.exp(likeness / 0.5);
  // Each view: its twin among the three others.
  const rows = [
    exp(0.6) / (exp(0) + exp(0.6) + exp(0)), // first of 0: first of 1, its twin, second of 1
    exp(1) / (exp(0) + exp(0.8) + exp(1)), //   first of 1: first of 0, second of 0, its twin
    exp(0.6) / (exp(0.6) + exp(0.8) + exp(0.8)),
    exp(1) / (exp(0) + exp(1) + exp(0.8)),
  ];
  const expected = -rows.reduce((sum, row) => sum + Math.log(row), 0) / 4;
  expect(await valueOf(ntXent(matrix(first), matrix(second), 0.5))).toBeCloseTo(expected, 6);
});

function plainNtXent(first: Rows, second: Rows): number {
  const views = [...first, ...second];
  const dot = (i: number, j: number): number => views[i]!.reduce((sum, value, k) => sum + value * views[j]![k]!, 0);
  return (
    views.reduce((sum, _, i) => {
      const others = views.flatMap((__, j) => (i === j ? [] : [Math.exp(dot(i, j))]));
      return sum + Math.log(others.reduce((a, b) => a + b)) - dot(i, (i + first.length) % views.length);
    }, 0) / views.length
  );
}

test("the gradient equals finite differences", async () => {
  const errors = await lossErrors({
    shapes: [[3, 4], [3, 4]], // prettier-ignore
    loss: (first, second) => ntXent(first, second, 1),
    reference: (first, second) => plainNtXent(first, second),
  });
  expect(errors.value).toBeLessThan(1e-5);
  expect(errors.gradient).toBeLessThan(1e-5);
});
