import { sum } from "../../engine/ops/broadcast.ts";
import { add, mul, neg } from "../../engine/ops/elementwise.ts";
import { constant } from "../../engine/ops/leaf.ts";
import { transpose } from "../../engine/ops/layout.ts";
import { logSoftmax } from "../../engine/ops/normalize.ts";
import { maskedOut } from "../../nn/attention.ts";
import type { Tensor } from "../../engine/tensor.ts";

/**
 * InfoNCE where a query may have several positives: the cross-entropy between the softmax over candidates and the even
 * distribution over the positives, mean over queries. With one positive each it is InfoNCE.
 *
 * @param logits    `[queries, candidates]`: scaled cosine similarities
 * @param group     what each query is about; candidates with the same number are its positives
 * @param groupOf   the same of each candidate
 * @param smoothing share of the target spread evenly over all candidates
 * @returns         a scalar
 * @see Khosla et al. 2020, https://arxiv.org/abs/2004.11362 equation 2 (their L_out)
 */
export function multiPositiveNce(
  logits: Tensor,
  group: readonly number[],
  groupOf: readonly number[],
  smoothing = 0,
): Tensor {
  const targets = group.flatMap((query) => {
    const positives = groupOf.filter((candidate) => candidate === query).length;
    const [own, other] = [(1 - smoothing) / positives, smoothing / groupOf.length];
    return groupOf.map((candidate) => (candidate === query ? own + other : other));
  });
  const picked = mul(logSoftmax(logits), constant(targets, [group.length, groupOf.length]));
  return mul(neg(sum(picked)), 1 / group.length);
}

/** The mean of {@link multiPositiveNce} in both directions: rows choose columns, columns choose rows. */
export function symmetricNce(
  logits: Tensor,
  rows: readonly number[],
  columns: readonly number[],
  smoothing = 0,
): Tensor {
  const forth = multiPositiveNce(logits, rows, columns, smoothing);
  const back = multiPositiveNce(transpose(logits), columns, rows, smoothing);
  return mul(add(forth, back), 0.5);
}

/**
 * {@link multiPositiveNce} among items of one kind, where an item is no candidate for itself.
 * @param logits `[items, items]`
 * @param group  what each item is about; every group has two items or more
 */
export function withinNce(logits: Tensor, group: readonly number[]): Tensor {
  const count = group.length;
  const targets = group.flatMap((own, i) => {
    const positives = group.filter((other) => other === own).length - 1;
    return group.map((other, j) => (other === own && i !== j ? 1 / positives : 0));
  });
  const self = Float32Array.from({ length: count * count }, (_, at) => (at % (count + 1) === 0 ? maskedOut / 2 : 0));
  const picked = mul(logSoftmax(add(logits, constant(self, [count, count]))), constant(targets, [count, count]));
  return mul(neg(sum(picked)), 1 / count);
}
