import { expect, test } from "vitest";
import { FoveaError } from "../platform/error.ts";
import { grad } from "./autodiff.ts";
import { evaluate } from "./compile.ts";
import { defineOp, applyOne } from "./define-op.ts";
import { hostTensor } from "./host-tensor.ts";
import { abs, add, clip, floor, maximum, minimum, mul, pow, relu, stopGradient } from "./ops/elementwise.ts";
import { split } from "./ops/layout.ts";
import { input } from "./ops/leaf.ts";
import { max } from "./ops/reduce.ts";
import { sum } from "./ops/broadcast.ts";
import type { Tensor } from "./tensor.ts";

const x = input("x", "float32", [3]);

/** Gradient of the sum of `y` by `x`, where `x` is 3 numbers. */
async function slope(y: Tensor, values: readonly number[]): Promise<number[]> {
  const { dx } = await evaluate(
    { dx: grad(sum(y), [x])[0]! },
    { x: hostTensor("float32", [3], values) },
    { threads: 1 },
  );
  return Array.from(dx.data, Number);
}

test("gradients of several uses add up; of what the loss does not depend on there is none", async () => {
  const other = input("other", "float32", [3]);
  expect(grad(sum(mul(x, 2)), [x, other, x])).toEqual([expect.anything(), undefined, expect.anything()]);
  const [first] = split(x, [1, 2], 0);
  expect(await slope(add(add(mul(x, x), x), mul(first!, 10)), [1, 2, 3])).toEqual([33, 5, 7]); // 2x + 1, and 3 · 10
});

test("third derivatives", async () => {
  const first = grad(sum(pow(x, 4)), [x])[0]!;
  const second = grad(sum(first), [x])[0]!;
  expect(await slope(second, [1, -1, 2])).toEqual([24, -24, 48]); // of x⁴: 24x
});

test("conventions where a function has no slope", async () => {
  expect(await slope(relu(x), [-1, 0, 1])).toEqual([0, 0, 1]);
  expect(await slope(abs(x), [-1, 0, 1])).toEqual([-1, 0, 1]);
  expect(await slope(clip(x, 0, 1), [0, 1, 2])).toEqual([1, 1, 0]);
  expect(await slope(floor(x), [0, 0.5, 1])).toEqual([0, 0, 0]);
  expect(await slope(maximum(x, 1), [0, 1, 2])).toEqual([0, 0.5, 1]);
  expect(await slope(minimum(x, 1), [0, 1, 2])).toEqual([1, 0.5, 0]);
  expect(await slope(max(x), [2, 2, 1])).toEqual([0.5, 0.5, 0]);
  expect(await slope(mul(stopGradient(x), x), [1, 2, 3])).toEqual([1, 2, 3]);
});

test("a loss that is not a scalar, and an op without a gradient, are refused", () => {
  expect(() => grad(x, [x])).toThrow(
    new FoveaError("GRADIENT_NOT_SCALAR", "grad", "the loss has shape [3]", "take its mean or sum"),
  );
  const opaque = defineOp({ name: "opaque", infer: (inputs) => inputs, lower: (_graph, inputs) => inputs });
  const y = sum(applyOne(opaque, [x], {}));
  expect(() => grad(y, [x])).toThrow(
    new FoveaError(
      "GRADIENT_MISSING",
      "opaque",
      "this op has no gradient",
      "stop the gradient before it, or use another op",
    ),
  );
});
