import { add, cast, mul, sub } from "../engine/ops/elementwise.ts";
import { reshape, slice, transpose } from "../engine/ops/layout.ts";
import { constant } from "../engine/ops/leaf.ts";
import { affine, matmul } from "../engine/ops/matmul.ts";
import { softmax } from "../engine/ops/normalize.ts";
import type { Tensor } from "../engine/tensor.ts";
import { ShapeError } from "../platform/error.ts";
import { extents } from "./extents.ts";
import { xavierUniform, zeros, type Init } from "./init.ts";
import { linear } from "./linear.ts";
import type { Scope } from "./scope.ts";

/** What an attention layer needs to know. */
export interface AttentionConfig {
  readonly heads: number;
  /** Added to the scores `[batch, heads, queries, keys]`, broadcast: 0 where a query may look, a large negative number where not. */
  readonly mask?: Tensor;
  /** First values of the query, key and value projections, and of the output projection. */
  readonly init?: { readonly in: Init; readonly out: Init };
}

/**
 * Multi-head attention within each of `batch` items, parameters `q_proj`, `k_proj`, `v_proj`, `out_proj` as Hugging
 * Face names them. Self-attention is `attention(scope, x, x, ...)`.
 *
 * @param x       `[batch * queries, width]`: what asks; `width` is a multiple of `heads`
 * @param context `[batch * keys, width]`: what is looked at
 * @returns       `[batch * queries, width]`
 * @throws {ShapeError} SHAPE_HEADS
 * @see Vaswani et al. 2017, https://arxiv.org/abs/1706.03762 section 3.2
 */
export function attention(
  scope: Scope,
  x: Tensor,
  context: Tensor,
  batch: number,
  { heads, mask, init }: AttentionConfig,
): Tensor {
  const width = headedWidth(scope, x, heads);
  const project = (name: string, from: Tensor): Tensor => {
    const y = linear(scope.at(name), from, width, init === undefined ? {} : { init: init.in });
    return splitHeads(y, batch, heads);
  };
  const seen = attend(project("q_proj", x), project("k_proj", context), project("v_proj", context), mask);
  return linear(scope.at("out_proj"), joinHeads(seen), width, init === undefined ? {} : { init: init.out });
}

/**
 * As {@link attention}, the three projections in one, parameters `in_proj_weight` `[3 * width, width]`, `in_proj_bias`
 * and `out_proj`: PyTorch's `nn.MultiheadAttention`.
 */
export function fusedAttention(
  scope: Scope,
  x: Tensor,
  context: Tensor,
  batch: number,
  { heads, mask, init }: AttentionConfig,
): Tensor {
  const width = headedWidth(scope, x, heads);
  const weight = scope.param("in_proj_weight", [3 * width, width], init?.in ?? xavierUniform);
  const bias = scope.param("in_proj_bias", [3 * width], zeros);
  const project = (part: number, from: Tensor): Tensor => {
    const rows = [part * width, (part + 1) * width] as const;
    return splitHeads(affine(from, slice(weight, [rows]), slice(bias, [rows])), batch, heads);
  };
  const seen = attend(project(0, x), project(1, context), project(2, context), mask);
  return linear(scope.at("out_proj"), joinHeads(seen), width, init === undefined ? {} : { init: init.out });
}

function headedWidth(scope: Scope, x: Tensor, heads: number): number {
  const width = x.shape[1]!;
  if (width % heads !== 0)
    throw new ShapeError(
      "SHAPE_HEADS",
      scope.path,
      `width ${width} does not divide into ${heads} heads`,
      "make the width a multiple of the number of heads",
    );
  return width;
}

/** `[batch * tokens, heads * dim] -> [batch, heads, tokens, dim]`. */
export function splitHeads(x: Tensor, batch: number, heads: number): Tensor {
  const [rows, width] = extents(x, "rows", "width");
  return transpose(reshape(x, [batch, rows / batch, heads, width / heads]), [0, 2, 1, 3]);
}

/** `[batch, heads, tokens, dim] -> [batch * tokens, heads * dim]`. */
export function joinHeads(x: Tensor): Tensor {
  const [batch, heads, tokens, dim] = extents(x, "batch", "heads", "tokens", "dim");
  return reshape(transpose(x, [0, 2, 1, 3]), [batch * tokens, heads * dim]);
}

/**
 * Scaled dot-product attention: `softmax(q·kᵀ / sqrt(dim) + mask) · v`.
 * @param q `[batch, heads, queries, dim]`
 * @param k `[batch, heads, keys, dim]`
 * @param v `[batch, heads, keys, dim]`
 */
export function attend(q: Tensor, k: Tensor, v: Tensor, mask?: Tensor): Tensor {
  const scores = matmul(q, k, { transB: true, alpha: 1 / Math.sqrt(q.shape.at(-1)!) });
  return matmul(softmax(mask === undefined ? scores : add(scores, mask)), v);
}

/** The mask `[tokens, tokens]` under which a token looks at itself and at those before it. */
export function causalMask(tokens: number): Tensor<"float32"> {
  const mask = Float32Array.from({ length: tokens * tokens }, (_, i) =>
    i % tokens > Math.floor(i / tokens) ? maskedOut : 0,
  );
  return constant(mask, [tokens, tokens]);
}

/** `[batch, keys]`, 1 for tokens and 0 for padding, as an addition to attention scores: `[batch, 1, 1, keys]`. */
export function paddingMask(attentionMask: Tensor): Tensor {
  const [batch, keys] = extents(attentionMask, "batch", "keys");
  return reshape(mul(sub(1, cast(attentionMask, "float32")), maskedOut), [batch, 1, 1, keys]);
}

/** The lowest float32: added to a score, it leaves no weight after softmax, yet a row of it alone stays finite. */
export const maskedOut = -3.4028234663852886e38;
