import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { NdArray } from "../../testing/nd-array.ts";
import { mismatches, type Check } from "../../testing/ops/check.ts";
import { vjp } from "../autodiff.ts";
import { evaluate } from "../compile.ts";
import { hostTensor } from "../host-tensor.ts";
import type { Tensor } from "../tensor.ts";
import { gelu, geluTanh } from "./activation.ts";
import { attention } from "./attention.ts";
import { batchNorm, batchNormTraining, groupNorm } from "./channel-norm.ts";
import { conv, convTranspose } from "./conv.ts";
import { topK } from "./gather.ts";
import { constant, input } from "./leaf.ts";
import { layerNorm, rmsNorm } from "./normalize.ts";
import { avgPool, maxPool } from "./pool.ts";
import { logSumExp } from "./reduce.ts";
import { resize } from "./resize.ts";

// PyTorch's conventions: what counts as padding, where the middles of cells lie, which variance is kept.

interface Numbers {
  readonly shape: readonly number[];
  readonly data: readonly number[];
}

interface Case {
  readonly inputs: readonly Numbers[];
  readonly outputs: readonly Numbers[];
  /** Weights of the outputs in the sum whose gradients are given; none for outputs without a gradient. */
  readonly seeds: readonly (Numbers | null)[];
  readonly gradients: readonly Numbers[];
}

const file = new URL("../../../fixtures/ops/torch.json", import.meta.url);
const cases = JSON.parse(readFileSync(file, "utf8")) as Record<string, Case>;

const running = { center: constant([0.5, -0.25, 0.125], [3]), variance: constant([1, 2, 0.5], [3]) };
const mask = constant([1, 0, 1, 1, 1, 1, 0, 0], [2, 4], "bool");
const pool = { kernel: 3, stride: 2, padding: 1 };

/** The same calls as the recipe's. */
const calls: Readonly<Record<string, (...inputs: [Tensor, Tensor, Tensor, Tensor]) => Tensor | readonly Tensor[]>> = {
  conv1d: (x, w, b) => conv(x, w, b, { stride: 2, padding: 1, dilation: 2, groups: 2 }),
  conv2d: (x, w, b) => conv(x, w, b, { stride: [2, 1], padding: [1, 0], dilation: [1, 2] }),
  conv3d: (x, w, b) => conv(x, w, b, { stride: [2, 1, 2], padding: [0, 1, 1] }),
  convTranspose2d: (x, w, b) =>
    convTranspose(x, w, b, { stride: 2, padding: 1, dilation: [1, 2], groups: 2, extents: [6, 6] }),
  maxPool2d: (x) => maxPool(x, pool),
  avgPool2d: (x) => avgPool(x, pool),
  avgPool2dWithoutPadding: (x) => avgPool(x, { ...pool, countPadding: false }),
  resizeNearestUp: (x) => resize(x, [7, 5], "nearest"),
  resizeNearestDown: (x) => resize(x, [2, 3], "nearest"),
  resizeBilinearUp: (x) => resize(x, [7, 5], "linear"),
  resizeBilinearDown: (x) => resize(x, [2, 3], "linear"),
  resizeBicubicUp: (x) => resize(x, [7, 5], "cubic"),
  resizeBicubicDown: (x) => resize(x, [2, 3], "cubic"),
  batchNormTraining: (x, w, b) => batchNormTraining(x, w, b, { ...running, momentum: 0.25, epsilon: 1e-3 }),
  batchNorm: (x, w, b) => batchNorm(x, w, b, running.center, running.variance, 1e-3),
  groupNorm: (x, w, b) => groupNorm(x, 2, w, b),
  rmsNorm: (x, w) => rmsNorm(x, w, 1e-3),
  layerNorm: (x, w, b) => layerNorm(x, w, b),
  attentionCausal: (q, k, v) => attention(q, k, v, { causal: true }),
  attentionMask: (q, k, v) => attention(q, k, v, { mask, scale: 0.5 }),
  attentionBias: (q, k, v, bias) => attention(q, k, v, { mask: bias }),
  gelu: (x) => gelu(x),
  geluTanh: (x) => geluTanh(x),
  logSumExp: (x) => logSumExp(x, { axis: 1 }),
  topK: (x) => topK(x, 3)[0],
};

test("every case of the fixture is called", () => {
  expect(Object.keys(calls)).toEqual(Object.keys(cases));
});

test.each(Object.keys(calls))("%s: outputs and gradients equal PyTorch's", async (name) => {
  const { inputs, outputs, seeds, gradients } = cases[name]!;
  const xs = inputs.map(({ shape }, i) => input(`x${i}`, "float32", shape));
  const ys = [calls[name]!(...(xs as [Tensor, Tensor, Tensor, Tensor]))].flat();
  const weighted = ys.flatMap((y, i) => (seeds[i] ? [{ y, seed: constant(seeds[i].data, seeds[i].shape) }] : []));
  const slopes = vjp(
    weighted.map(({ y }) => y),
    weighted.map(({ seed }) => seed),
    xs,
  );
  const asked: Record<string, Tensor> = {};
  const expected: Record<string, Check["expected"][string]> = {};
  const expectOutput = (id: string, tensor: Tensor, { shape, data }: Numbers, tolerance: number): void => {
    asked[id] = tensor;
    expected[id] = { value: new NdArray(shape, data), tolerance };
  };
  for (const [i, y] of ys.entries()) expectOutput(`y${i}`, y, outputs[i]!, 1e-5);
  for (const [i, slope] of slopes.entries()) expectOutput(`dx${i}`, slope!, gradients[i]!, 5e-5);
  const feeds = Object.fromEntries(inputs.map(({ shape, data }, i) => [`x${i}`, hostTensor("float32", shape, data)]));
  expect(mismatches(expected, await evaluate(asked, feeds, { threads: 1 }))).toEqual([]);
});
