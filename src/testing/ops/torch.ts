import { gelu, geluTanh } from "../../engine/ops/activation.ts";
import { attention } from "../../engine/ops/attention.ts";
import { batchNorm, batchNormTraining, groupNorm } from "../../engine/ops/channel-norm.ts";
import { conv, convTranspose } from "../../engine/ops/conv.ts";
import { topK } from "../../engine/ops/gather.ts";
import { constant } from "../../engine/ops/leaf.ts";
import { layerNorm, rmsNorm } from "../../engine/ops/normalize.ts";
import { avgPool, maxPool } from "../../engine/ops/pool.ts";
import { logSumExp } from "../../engine/ops/reduce.ts";
import { resize } from "../../engine/ops/resize.ts";
import type { Tensor } from "../../engine/tensor.ts";

const running = { center: constant([0.5, -0.25, 0.125], [3]), variance: constant([1, 2, 0.5], [3]) };
const mask = constant([1, 0, 1, 1, 1, 1, 0, 0], [2, 4], "bool");
const pool = { kernel: 3, stride: 2, padding: 1 };

/**
 * The calls of the cases in fixtures/ops, where PyTorch has conventions of its own: what counts as padding, where the
 * middles of cells lie, which variance is kept.
 */
export const calls: Readonly<
  Record<string, (...inputs: [Tensor, Tensor, Tensor, Tensor]) => Tensor | readonly Tensor[]>
> = {
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
