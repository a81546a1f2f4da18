import { add, mul } from "../../engine/ops/elementwise.ts";
import { eye } from "../../engine/ops/gather.ts";
import { matmul } from "../../engine/ops/matmul.ts";
import { softmax } from "../../engine/ops/normalize.ts";
import type { Tensor } from "../../engine/tensor.ts";
import { maskedOut } from "../../nn/attention.ts";
import { extents } from "../../nn/extents.ts";

/** How far targets are softened. */
export interface Kindred {
  /** Share of the target that goes to other items; the rest is the item's own. */
  readonly share: number;
  /** Divides the likeness: the smaller, the more goes to the most alike. */
  readonly temperature: number;
}

/**
 * Target distributions that give part of the right answer to items of like meaning. Hard targets push a cow as far from a
 * horse as from a car; these let kinds lie together, so that what is new has a place among its kind.
 *
 * @param meanings `[items, width]`, rows of unit length
 * @returns        `[items, items]`, each row of sum 1: `1 - share` on the diagonal, elsewhere `share` times the softmax of
 *                 the cosine similarities over `temperature`
 * @see Gao et al. 2023 (SoftCLIP), https://arxiv.org/abs/2303.17561 section 3.2, which takes the likeness from the data's
 *   own features
 */
export function kindredTargets(meanings: Tensor, { share, temperature }: Kindred): Tensor {
  const [items] = extents(meanings, "items", "width");
  const own = eye(items);
  const likeness = mul(matmul(meanings, meanings, { transB: true }), 1 / temperature);
  const others = softmax(add(likeness, mul(own, maskedOut / 2)));
  return add(mul(own, 1 - share), mul(others, share));
}
