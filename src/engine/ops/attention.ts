import { checked } from "../define-op.ts";
import { badShape, broadcastShapes, sameShape } from "../shape.ts";
import type { Tensor } from "../tensor.ts";
import { add, and, lessEqual, mul, neg, where } from "./elementwise.ts";
import { iota } from "./gather.ts";
import { concat, flip, reshape, roll, stack } from "./layout.ts";
import { matmul } from "./matmul.ts";
import { softmax } from "./normalize.ts";

/** Scaled dot-product attention, and rotary position embedding for its queries and keys. */

/** What {@link attention} may look at, and how scores are scaled. */
export interface AttentionOptions {
  /**
   * Broadcast to `[batch, heads, queries, keys]`. Of type bool: where a query may look at a key. Of float: added to the
   * scores.
   */
  readonly mask?: Tensor;
  /** Each query looks at the keys up to its own place only; the last query looks at all keys. */
  readonly causal?: boolean;
  /** Factor of the scores; `1 / sqrt(dim)` if absent. */
  readonly scale?: number;
}

/** The lowest float32: as a score it leaves no weight after softmax, yet a row of it alone stays finite. */
const maskedOut = -3.4028234663852886e38;

/**
 * Scaled dot-product attention: `softmax(scale * q·kᵀ + mask) · v`. A query that may look nowhere looks everywhere alike.
 * @param q `[batch, heads, queries, dim]`
 * @param k `[batch, heads, keys, dim]`
 * @param v `[batch, heads, keys, width]`
 * @returns `[batch, heads, queries, width]`
 * @throws {ShapeError} SHAPE_ATTENTION, SHAPE_MATMUL, SHAPE_NOT_BROADCASTABLE
 * @see Vaswani et al. 2017, https://arxiv.org/abs/1706.03762 section 3.2.1
 */
export function attention(
  q: Tensor,
  k: Tensor,
  v: Tensor,
  { mask, causal = false, scale }: AttentionOptions = {},
): Tensor {
  const scores = matmul(q, k, { transB: true, alpha: scale ?? q.shape.at(-1)! ** -0.5 });
  const [queries, keys] = scores.shape.slice(-2) as [number, number];
  checked("attention", mask === undefined ? [q, k, v] : [q, k, v, mask], () => {
    if (mask !== undefined && !sameShape(broadcastShapes(scores.shape, mask.shape), scores.shape))
      throw badShape(
        "SHAPE_ATTENTION",
        `the mask does not broadcast to the scores [${scores.shape.join(", ")}]`,
        "its extents are those of the scores, or 1",
      );
    if (causal && queries > keys)
      throw badShape(
        "SHAPE_ATTENTION",
        `${queries} queries are more than ${keys} keys`,
        "causal queries are the last of the keys' tokens",
      );
  });
  const isBool = mask?.dtype === "bool";
  const places = causal ? lessEqual(iota(keys), reshape(add(iota(queries), keys - queries), [queries, 1])) : undefined;
  const allowed = isBool && places !== undefined ? and(mask, places) : isBool ? mask : places;
  const shifted = mask === undefined || isBool ? scores : add(scores, mask);
  return matmul(softmax(allowed === undefined ? shifted : where(allowed, shifted, maskedOut)), v);
}

/**
 * Rotary position embedding: turns each pair of elements of the last axis by the angle of its token and pair.
 * @param x   `[..., tokens, dim]`, `dim` even
 * @param cos cosine of the angles, broadcast to `[..., tokens, dim / 2]`
 * @param sin sine of the angles, as `cos`
 * @param options `interleaved`: pairs are neighbours (GPT-J, and the paper); else the first half pairs with the second
 *   (Llama, and most checkpoints)
 * @throws {ShapeError} SHAPE_ROTARY, SHAPE_NOT_BROADCASTABLE
 * @see Su et al. 2021, https://arxiv.org/abs/2104.09864 section 3.2.2
 */
export function rotary(x: Tensor, cos: Tensor, sin: Tensor, { interleaved = false } = {}): Tensor {
  const half = (x.shape.at(-1) ?? 1) / 2;
  checked("rotary", [x, cos, sin], () => {
    if (!Number.isInteger(half) || !sameShape(cos.shape, sin.shape) || cos.shape.at(-1) !== half)
      throw badShape(
        "SHAPE_ROTARY",
        "not one cosine and sine for each pair of the last axis",
        "give both half of its extent, which is even",
      );
  });
  // The partner of each element, and its sine with the sign of the rotation.
  if (interleaved) {
    const pairs = [...x.shape.slice(0, -1), half, 2];
    const both = (a: Tensor, b: Tensor): Tensor => reshape(stack([a, b], -1), [...a.shape.slice(0, -1), 2 * half]);
    const partner = reshape(flip(reshape(x, pairs), -1), x.shape);
    return add(mul(x, both(cos, cos)), mul(partner, both(neg(sin), sin)));
  }
  const both = (a: Tensor, b: Tensor): Tensor => concat([a, b], -1);
  return add(mul(x, both(cos, cos)), mul(roll(x, half, -1), both(neg(sin), sin)));
}
