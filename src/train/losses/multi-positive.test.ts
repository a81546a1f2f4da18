import { expect, test } from "vitest";
import { evaluate } from "../../engine/compile.ts";
import { constant } from "../../engine/ops/leaf.ts";
import type { Tensor } from "../../engine/tensor.ts";
import { multiPositiveNce, symmetricNce, withinNce } from "./multi-positive.ts";

const valueOf = async (loss: Tensor): Promise<number> => Number((await evaluate({ loss })).loss.data[0]);

// One query, three candidates with probabilities 1/2, 1/4, 1/4.
const logits = constant([Math.log(2), 0, 0], [1, 3]);

test("one positive: the negative logarithm of its probability", async () => {
  expect(await valueOf(multiPositiveNce(logits, [7], [7, 8, 9]))).toBeCloseTo(Math.log(2), 6);
});

test("two positives: the mean over them", async () => {
  expect(await valueOf(multiPositiveNce(logits, [7], [7, 7, 9]))).toBeCloseTo((Math.log(2) + Math.log(4)) / 2, 6);
});

test("smoothing spreads a share of the target over all candidates", async () => {
  const all = (Math.log(2) + 2 * Math.log(4)) / 3;
  const expected = 0.7 * Math.log(4) + 0.3 * all;
  expect(await valueOf(multiPositiveNce(logits, [8], [7, 8, 9], 0.3))).toBeCloseTo(expected, 6);
});

test("both directions: rows choose columns and columns rows", async () => {
  const square = constant([Math.log(3), 0, 0, 0], [2, 2]); // row 0: 3/4, 1/4; row 1: 1/2, 1/2; columns the same
  const expected = (-Math.log(3 / 4) - Math.log(1 / 2)) / 2;
  expect(await valueOf(symmetricNce(square, [0, 1], [0, 1]))).toBeCloseTo(expected, 6);
});

test("within one kind, an item is no candidate for itself", async () => {
  // Items 0 and 1 belong together. The diagonal is large, and must not count.
  const likeness = constant([50, Math.log(2), 0, Math.log(2), 50, 0, 0, 0, 50], [3, 3]);
  // Items 0 and 1 find each other with probability 2/3; item 2 has no other of its kind and adds nothing.
  expect(await valueOf(withinNce(likeness, [0, 0, 1]))).toBeCloseTo((2 * Math.log(3 / 2)) / 3, 6);
});
