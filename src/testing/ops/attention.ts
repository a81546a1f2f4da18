import type * as ops from "../../engine/ops/attention.ts";
import * as op from "../../engine/ops/attention.ts";
import { build, map, reduce, type NdArray } from "../nd-array.ts";
import { sumOf } from "./broadcast.ts";
import { product } from "./matmul.ts";
import { normals, sample, truths, type OpSamples, type Sample, type Source } from "./sample.ts";

type Numbers = readonly number[];

/** softmax(scale · q·kᵀ + mask) · v; places that may not be looked at are left out of the sum. */
function attended(q: NdArray, k: NdArray, v: NdArray, mask: (scores: NdArray) => NdArray, scale: number): NdArray {
  const weights = map(Math.exp, mask(product(q, k, { transB: true, alpha: scale })));
  const sums = reduce(sumOf, weights, [3]);
  return product(
    map((weight, sum) => weight / sum, weights, sums),
    v,
  );
}

const causal = (scores: NdArray): NdArray => {
  const [, , queries, keys] = scores.shape as [number, number, number, number];
  return build(scores.shape, (at) => (at[3]! <= at[2]! + keys - queries ? scores.at(at) : -Infinity));
};

const shapes = ([q, k, v]: readonly [Numbers, Numbers, Numbers]): [Source, Source, Source] => [
  normals(q),
  normals(k),
  normals(v),
];

const plain = (of: readonly [Numbers, Numbers, Numbers], options: op.AttentionOptions = {}): Sample =>
  sample(
    shapes(of),
    (q, k, v) => op.attention(q, k, v, options),
    (q, k, v) =>
      attended(
        q,
        k,
        v,
        options.causal === true ? causal : (scores) => scores,
        options.scale ?? 1 / Math.sqrt(q.shape[3]!),
      ),
  );

const added = (of: readonly [Numbers, Numbers, Numbers], mask: Numbers): Sample =>
  sample(
    [...shapes(of), normals(mask)],
    (q, k, v, m) => op.attention(q, k, v, { mask: m }),
    (q, k, v, m) =>
      attended(q, k, v, (scores) => map((score, shift) => score + shift, scores, m), 1 / Math.sqrt(q.shape[3]!)),
  );

const masked = (of: readonly [Numbers, Numbers, Numbers], mask: Source, isCausal: boolean): Sample =>
  sample(
    [...shapes(of), mask],
    (q, k, v, m) => op.attention(q, k, v, { mask: m, causal: isCausal }),
    (q, k, v, m) => {
      const allowed = (scores: NdArray): NdArray => map((score, may) => (may ? score : -Infinity), scores, m);
      return attended(q, k, v, (scores) => allowed(isCausal ? causal(scores) : scores), 1 / Math.sqrt(q.shape[3]!));
    },
  );

const rotated = (shape: Numbers, angles: Numbers, interleaved: boolean): Sample =>
  sample(
    [normals(shape), normals(angles), normals(angles)],
    (x, cos, sin) => op.rotary(x, cos, sin, { interleaved }),
    (x, cos, sin) => {
      const half = shape.at(-1)! / 2;
      return build(shape, (at) => {
        const i = at.at(-1)!;
        const pair = interleaved ? Math.floor(i / 2) : i % half;
        const isFirst = interleaved ? i % 2 === 0 : i < half;
        const partner = interleaved ? i + (isFirst ? 1 : -1) : i + (isFirst ? half : -half);
        const place = [...at.slice(at.length - angles.length, -1), pair];
        return x.at(at) * cos.at(place) + (isFirst ? -1 : 1) * x.at([...at.slice(0, -1), partner]) * sin.at(place);
      });
    },
  );

/** Samples of attention and rotary embedding. */
export const samples: OpSamples<typeof ops> = {
  attention: [
    plain([
      [2, 2, 3, 2],
      [2, 2, 4, 2],
      [2, 2, 4, 3],
    ]),
    plain(
      [
        [1, 2, 3, 4],
        [1, 2, 3, 4],
        [1, 2, 3, 4],
      ],
      { causal: true },
    ),
    plain(
      [
        [1, 1, 2, 2],
        [1, 1, 4, 2],
        [1, 1, 4, 2],
      ],
      { causal: true, scale: 0.3 },
    ),
    plain([
      [1, 1, 1, 1],
      [1, 1, 1, 1],
      [1, 1, 1, 1],
    ]),
    plain([
      [0, 2, 3, 2],
      [0, 2, 3, 2],
      [0, 2, 3, 2],
    ]),
    added(
      [
        [2, 1, 2, 2],
        [2, 1, 3, 2],
        [2, 1, 3, 2],
      ],
      [2, 1, 1, 3],
    ),
    added(
      [
        [1, 2, 2, 2],
        [1, 2, 2, 2],
        [1, 2, 2, 2],
      ],
      [2, 2],
    ),
    masked(
      [
        [2, 1, 2, 2],
        [2, 1, 3, 2],
        [2, 1, 3, 2],
      ],
      truths([2, 1, 1, 3], [1, 1, 0, 1, 0, 1]),
      false,
    ),
    masked(
      [
        [1, 1, 3, 2],
        [1, 1, 3, 2],
        [1, 1, 3, 2],
      ],
      truths([3, 3], [1, 1, 1, 0, 1, 1, 1, 0, 1]),
      true,
    ),
    // A query that may look nowhere looks everywhere alike.
    sample(
      [
        ...shapes([
          [1, 1, 2, 2],
          [1, 1, 2, 2],
          [1, 1, 2, 2],
        ]),
        truths([2, 2], [0, 0, 1, 1]),
      ],
      (q, k, v, mask) => op.attention(q, k, v, { mask }),
      (q, k, v) => attended(q, k, v, (scores) => build(scores.shape, (at) => at[2]! * scores.at(at)), Math.SQRT1_2),
    ),
  ],
  rotary: [
    rotated([2, 3, 4], [3, 2], false),
    rotated([2, 3, 4], [3, 2], true),
    rotated([1, 2, 2, 6], [2, 2, 3], false),
    rotated([2, 2], [2, 1], true),
    rotated([0, 2], [1], false),
  ],
};
