import type * as ops from "../../engine/ops/matmul.ts";
import * as op from "../../engine/ops/matmul.ts";
import { broadcastShapes } from "../../engine/shape.ts";
import { broadcastIndex, build, total, type NdArray } from "../nd-array.ts";
import { normals, sample, type OpSamples, type Sample } from "./sample.ts";

/** `alpha * op(a) · op(b)` over broadcast leading axes. */
export function product(
  a: NdArray,
  b: NdArray,
  { transA = false, transB = false, alpha = 1 }: op.ProductOptions = {},
): NdArray {
  const [m, k] = [a.shape.at(transA ? -1 : -2)!, a.shape.at(transA ? -2 : -1)!];
  const n = b.shape.at(transB ? -2 : -1)!;
  const [batchA, batchB] = [a.shape.slice(0, -2), b.shape.slice(0, -2)];
  return build([...broadcastShapes(batchA, batchB), m, n], (index) => {
    const batch = index.slice(0, -2);
    const [i, j] = [index.at(-2)!, index.at(-1)!];
    const [atA, atB] = [broadcastIndex(batchA, batch), broadcastIndex(batchB, batch)];
    return (
      alpha *
      total(
        [k],
        ([l]) => a.at([...atA, ...(transA ? [l!, i] : [i, l!])]) * b.at([...atB, ...(transB ? [j, l!] : [l!, j])]),
      )
    );
  });
}

const multiplied = (a: readonly number[], b: readonly number[], options?: op.ProductOptions): Sample =>
  sample(
    [normals(a), normals(b)],
    (x, y) => op.matmul(x, y, options),
    (x, y) => product(x, y, options),
  );

/** Samples of the matrix products. */
export const samples: OpSamples<typeof ops> = {
  matmul: [
    multiplied([2, 3], [3, 4]),
    multiplied([3, 2], [3, 4], { transA: true }),
    multiplied([2, 3], [4, 3], { transB: true, alpha: 0.5 }),
    multiplied([3, 2], [4, 3], { transA: true, transB: true, alpha: -2 }),
    multiplied([2, 2, 3], [2, 3, 2]),
    multiplied([2, 3, 2], [2, 3, 2], { transA: true }),
    multiplied([2, 1, 2, 3], [3, 4, 3], { transB: true, alpha: 0.25 }),
    multiplied([2, 3, 2], [4, 3], { transA: true, transB: true }),
    multiplied([1, 1], [1, 1]),
    multiplied([2, 3], [3, 0]),
    multiplied([2, 0], [0, 3]),
    multiplied([2, 2, 0], [2, 0, 1]),
    multiplied([0, 2, 3], [3, 2]),
  ],
  affine: [
    sample([normals([2, 3]), normals([4, 3]), normals([4])], op.affine, (x, w, b) => affine(x, w, b)),
    sample(
      [normals([2, 2, 3]), normals([1, 3])],
      (x, w) => op.affine(x, w),
      (x, w) => affine(x, w),
    ),
    sample([normals([3]), normals([2, 3]), normals([2])], op.affine, (x, w, b) => affine(x, w, b)),
    sample([normals([0, 3]), normals([2, 3]), normals([2])], op.affine, (x, w, b) => affine(x, w, b)),
    sample([normals([2, 0]), normals([2, 0]), normals([2])], op.affine, (x, w, b) => affine(x, w, b)),
  ],
  sumRows: [
    [2, 3],
    [1, 1],
    [0, 2],
    [2, 0],
  ].map((shape) =>
    sample([normals(shape)], op.sumRows, (x) =>
      build(shape.slice(1), ([j]) => total(shape.slice(0, 1), ([i]) => x.at([i!, j!]))),
    ),
  ),
};

const affine = (x: NdArray, weight: NdArray, bias?: NdArray): NdArray =>
  build([...x.shape.slice(0, -1), weight.shape[0]!], (index) => {
    const out = index.at(-1)!;
    return (
      total(weight.shape.slice(1), ([l]) => x.at([...index.slice(0, -1), l!]) * weight.at([out, l!])) +
      (bias?.at([out]) ?? 0)
    );
  });
