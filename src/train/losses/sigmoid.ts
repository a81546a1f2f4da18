import { after } from "../../engine/checkpoint.ts";
import { sum } from "../../engine/ops/broadcast.ts";
import { add, mul, sigmoid, softplus, stopGradient, straightThrough, sub } from "../../engine/ops/elementwise.ts";
import { eye } from "../../engine/ops/gather.ts";
import { concat, reshape, slice } from "../../engine/ops/layout.ts";
import { matmul } from "../../engine/ops/matmul.ts";
import type { Tensor } from "../../engine/tensor.ts";
import { extents } from "../../nn/extents.ts";

/**
 * SigLIP's sigmoid loss over a batch of pairs: each of the `batch²` combinations is told, by itself, to belong together
 * (the diagonal) or not: the sum of `-log sigmoid(z)` over the former and of `-log sigmoid(-z)` over the latter.
 *
 * @param logits `[batch, batch]`: cosine similarities of unit vectors, scaled, and the bias added
 * @returns      a scalar: the sum over the combinations, divided by `batch`
 * @see Zhai et al. 2023, https://arxiv.org/abs/2303.15343 equation 1
 */
export function sigmoidLoss(logits: Tensor): Tensor {
  const [batch] = extents(logits, "batch", "batch");
  const wrong = sub(1, mul(eye(batch), 2)); // -1 on the diagonal, 1 elsewhere
  return mul(total(softplus(mul(logits, wrong))), 1 / batch); // softplus(z) = -log sigmoid(-z)
}

/** The sum of a matrix, row by row first: a single running sum of millions would lose three digits of float32. */
const total = (x: Tensor): Tensor => sum(sum(x, { axis: 1 }));

/**
 * {@link sigmoidLoss} of embeddings, some rows of its matrix at a time: memory grows with the chunk, not with the square
 * of the batch. Gradients are computed along with the value, chunk by chunk, so they can not be differentiated again.
 *
 * As `softplus(-z) = softplus(z) - z`, it is the sum of `softplus(z)` over all combinations, as if none belonged together,
 * less that of `z` over the diagonal.
 *
 * @param image `[batch, width]`, unit vectors
 * @param text  `[batch, width]`, unit vectors
 * @param scale one element: the factor on cosine similarities (not its logarithm)
 * @param bias  one element: added to the scaled similarities
 * @param chunk rows of the matrix at a time
 * @returns     a scalar: the sum over the combinations, divided by `batch`
 * @see Zhai et al. 2023, https://arxiv.org/abs/2303.15343 section 3.3
 */
export function chunkedSigmoidLoss(image: Tensor, text: Tensor, scale: Tensor, bias: Tensor, chunk: number): Tensor {
  const [batch] = extents(image, "batch", "width");
  const [images, texts, factor, shift] = [
    stopGradient(image),
    stopGradient(text),
    stopGradient(scale),
    stopGradient(bias),
  ];
  const byImage: Tensor[] = [];
  let totals: Totals | undefined;
  for (let start = 0; start < batch; start += chunk) {
    const rows = slice(images, [[start, Math.min(start + chunk, batch)]]); //                  [chunk, width]
    // A chunk waits until all of the last one has been used, and is free.
    const own = totals === undefined ? rows : after(rows, [...Object.values(totals), byImage.at(-1)!]);
    const scaled = mul(own, factor);
    const z = add(matmul(scaled, texts, { transB: true }), shift); //                          [chunk, batch]
    const slope = sigmoid(z); // of softplus(z)
    const pulled = matmul(slope, texts); //                                                    [chunk, width]
    byImage.push(mul(pulled, factor));
    totals = added(totals, {
      value: total(softplus(z)),
      byText: matmul(slope, scaled, { transA: true }), //                                      [batch, width]
      byScale: sum(mul(own, pulled)),
      byBias: total(slope),
    });
  }
  if (totals === undefined) throw new RangeError("the batch is empty");
  // The value, with the gradients of a function that is linear in the operands.
  const linear = [
    sum(mul(concat(byImage, 0), image)),
    sum(mul(totals.byText, text)),
    mul(totals.byScale, reshape(scale, [])),
    mul(totals.byBias, reshape(bias, [])),
  ];
  const negatives = straightThrough(
    totals.value,
    linear.reduce((a, b) => add(a, b)),
  );
  const pairs = add(mul(sum(mul(image, text)), reshape(scale, [])), mul(reshape(bias, []), batch)); // the diagonal's sum
  return mul(sub(negatives, pairs), 1 / batch);
}

/** Sums over the chunks so far: of `softplus(z)`, and its gradients. */
type Totals = Readonly<Record<"value" | "byText" | "byScale" | "byBias", Tensor>>;

const added = (totals: Totals | undefined, more: Totals): Totals =>
  totals === undefined
    ? more
    : {
        value: add(totals.value, more.value),
        byText: add(totals.byText, more.byText),
        byScale: add(totals.byScale, more.byScale),
        byBias: add(totals.byBias, more.byBias),
      };
