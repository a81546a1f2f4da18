import { add, mul } from "../../engine/ops/elementwise.ts";
import { eye } from "../../engine/ops/gather.ts";
import { pad, slice, transpose } from "../../engine/ops/layout.ts";
import type { Tensor } from "../../engine/tensor.ts";
import { extents } from "../../nn/extents.ts";
import { softCrossEntropy } from "./cross-entropy.ts";

/** Options of {@link infoNce}. */
export interface InfoNceOptions {
  /** Share of the target spread evenly over all candidates; 0 if absent. */
  readonly labelSmoothing?: number;
}

/**
 * Symmetric InfoNCE over a batch of pairs: the mean of the cross-entropies of picking each row's column and each
 * column's row, the pairs being the diagonal. Further columns are hard negatives: rows must tell them from their own
 * column, and they pick nothing themselves.
 *
 * @param logits `[batch, batch + negatives]`: cosine similarities of unit vectors, scaled
 * @returns      a scalar, mean over the batch
 * @see Radford et al. 2021, https://arxiv.org/abs/2103.00020 figure 3; with hard negatives Yuksekgonul et al. 2022
 *   (NegCLIP), https://arxiv.org/abs/2210.01936 section 4
 */
export function infoNce(logits: Tensor, { labelSmoothing = 0 }: InfoNceOptions = {}): Tensor {
  const [batch] = extents(logits, "batch", "candidates");
  const pairs = slice(logits, [undefined, [0, batch]]);
  const forth = softCrossEntropy(logits, diagonalTargets(logits, labelSmoothing));
  const back = softCrossEntropy(transpose(pairs), diagonalTargets(pairs, labelSmoothing));
  return mul(add(forth, back), 0.5);
}

/** The target distribution of each row: its place of the diagonal, smoothed. */
function diagonalTargets(logits: Tensor, smoothing: number): Tensor {
  const [batch, candidates] = extents(logits, "batch", "candidates");
  const own = pad(eye(batch), [[0, 0], [0, candidates - batch]]); // prettier-ignore
  return smoothing === 0 ? own : add(mul(own, 1 - smoothing), smoothing / candidates);
}
