import { add, mul } from "../../engine/ops/elementwise.ts";
import { eye } from "../../engine/ops/gather.ts";
import { concat, slice } from "../../engine/ops/layout.ts";
import { matmul } from "../../engine/ops/matmul.ts";
import type { Tensor } from "../../engine/tensor.ts";
import { maskedOut } from "../../nn/attention.ts";
import { extents } from "../../nn/extents.ts";
import { softCrossEntropy } from "./cross-entropy.ts";

/**
 * NT-Xent, SimCLR's loss: each view of a picture must find the other view of it among all other views.
 *
 * @param first       `[batch, width]`, unit vectors: one view of each picture
 * @param second      `[batch, width]`, unit vectors: another view of each, in the same order
 * @param temperature divides the cosine similarities
 * @returns           a scalar, mean over all `2 * batch` views
 * @see Chen et al. 2020, https://arxiv.org/abs/2002.05709 equation 1
 */
export function ntXent(first: Tensor, second: Tensor, temperature: number): Tensor {
  const [batch] = extents(first, "batch", "width");
  const views = concat([first, second], 0); //                                       [2 batch, width]
  const likeness = matmul(views, views, { transB: true, alpha: 1 / temperature }); // [2 batch, 2 batch]
  const itself = eye(2 * batch);
  const twin = concat([slice(itself, [[batch]]), slice(itself, [[0, batch]])], 0); // the row of i marks i + batch
  return softCrossEntropy(add(likeness, mul(itself, maskedOut)), twin);
}
