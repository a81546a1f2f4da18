import { add, mul, neg } from "../../engine/ops/elementwise.ts";
import { eye } from "../../engine/ops/gather.ts";
import { transpose } from "../../engine/ops/layout.ts";
import { logSoftmax } from "../../engine/ops/normalize.ts";
import { sum } from "../../engine/ops/broadcast.ts";
import type { Tensor } from "../../engine/tensor.ts";

/**
 * Symmetric InfoNCE over a batch of pairs: the mean of the cross-entropies of picking each picture's text and each
 * text's picture, the pairs being the diagonal.
 *
 * @param logits `[batch, batch]`: scaled cosine similarities
 * @returns      a scalar, mean over the batch
 * @see Radford et al. 2021, https://arxiv.org/abs/2103.00020 figure 3
 */
export function infoNce(logits: Tensor): Tensor {
  const batch = logits.shape[0]!;
  const diagonal = eye(batch);
  const picked = (of: Tensor): Tensor => sum(mul(logSoftmax(of), diagonal));
  return mul(neg(add(picked(logits), picked(transpose(logits)))), 1 / (2 * batch));
}
