import { sum } from "../../engine/ops/broadcast.ts";
import { add, cast, equal, mul, neg, not, where } from "../../engine/ops/elementwise.ts";
import { takeAlong } from "../../engine/ops/gather.ts";
import { reshape } from "../../engine/ops/layout.ts";
import { logSoftmax } from "../../engine/ops/normalize.ts";
import { mean, weightedMean } from "../../engine/ops/reduce.ts";
import type { Tensor } from "../../engine/tensor.ts";
import { extents } from "../../nn/extents.ts";

/** Options of {@link crossEntropy}. */
export interface CrossEntropyOptions {
  /** The label of rows that do not count; -100 if absent, as in PyTorch. */
  readonly ignore?: number;
  /** Share of the target spread evenly over all classes; 0 if absent. @see https://arxiv.org/abs/1512.00567 section 7 */
  readonly labelSmoothing?: number;
}

/**
 * Cross-entropy of picking the labelled class, mean over the rows that count; 0 if none does.
 *
 * @param logits `[rows, classes]`, not normalised
 * @param labels `[rows]` int64
 * @returns      a scalar
 */
export function crossEntropy(
  logits: Tensor,
  labels: Tensor,
  { ignore = -100, labelSmoothing = 0 }: CrossEntropyOptions = {},
): Tensor {
  const [rows] = extents(labels, "rows");
  const counts = not(equal(labels, ignore));
  const likelihoods = logSoftmax(logits); // [rows, classes]
  const labelled = takeAlong(likelihoods, reshape(where(counts, labels, 0), [rows, 1]), 1);
  const picked = reshape(labelled, [rows]);
  const perRow =
    labelSmoothing === 0
      ? picked
      : add(mul(picked, 1 - labelSmoothing), mul(mean(likelihoods, { axis: 1 }), labelSmoothing));
  return neg(weightedMean(perRow, cast(counts, "float32")));
}

/**
 * Cross-entropy between the softmax of each row and a target distribution, mean over rows.
 *
 * @param logits  `[rows, classes]`, not normalised
 * @param targets `[rows, classes]`, each row of sum 1
 * @returns       a scalar
 */
export function softCrossEntropy(logits: Tensor, targets: Tensor): Tensor {
  const [rows] = extents(logits, "rows", "classes");
  const perRow = sum(mul(logSoftmax(logits), targets), { axis: 1 }); // first, so that no sum is long
  return mul(sum(perRow), -1 / rows);
}
