import type * as ops from "../../engine/ops/normalize.ts";
import * as op from "../../engine/ops/normalize.ts";
import type { Tensor } from "../../engine/tensor.ts";
import { map, reduce, type NdArray } from "../nd-array.ts";
import { sumOf } from "./broadcast.ts";
import { given, normals, positives, sample, type OpSamples, type Sample } from "./sample.ts";

const softmax = (x: NdArray, axis: number): NdArray => {
  const peak = reduce((values) => Math.max(...values), x, [axis]);
  const powers = map((value, most) => Math.exp(value - most), x, peak);
  return map((power, sum) => power / sum, powers, reduce(sumOf, powers, [axis]));
};

const along = (
  apply: (x: Tensor, axis?: number) => Tensor,
  reference: (x: NdArray, axis: number) => NdArray,
): Sample[] => [
  sample(
    [normals([2, 3])],
    (x) => apply(x),
    (x) => reference(x, 1),
  ),
  sample(
    [normals([2, 3, 2])],
    (x) => apply(x, 1),
    (x) => reference(x, 1),
  ),
  sample(
    [normals([3, 2])],
    (x) => apply(x, -2),
    (x) => reference(x, 0),
  ),
  sample(
    [positives([2, 1])],
    (x) => apply(x),
    (x) => reference(x, 1),
  ),
  sample(
    [normals([0, 3])],
    (x) => apply(x),
    (x) => x,
  ),
];

/** The mean of numbers. */
export const mean = (values: readonly number[]): number => sumOf(values) / values.length;

/** Mean 0 and variance 1 over axes. */
export function standardized(x: NdArray, axes: readonly number[], epsilon: number): NdArray {
  const centered = map((value, center) => value - center, x, reduce(mean, x, axes));
  const variance = reduce((values) => mean(values.map((value) => value * value)), centered, axes);
  return map((value, v) => value / Math.sqrt(v + epsilon), centered, variance);
}

const layerNorm = (shape: readonly number[], epsilon?: number): Sample =>
  sample(
    [normals(shape), normals(shape.slice(-1)), normals(shape.slice(-1))],
    (x, scale, bias) => op.layerNorm(x, scale, bias, epsilon),
    (x, scale, bias) =>
      map((value, s, b) => value * s + b, standardized(x, [shape.length - 1], epsilon ?? 1e-5), scale, bias),
  );

const rmsNorm = (shape: readonly number[], epsilon?: number): Sample =>
  sample(
    [normals(shape), normals(shape.slice(-1))],
    (x, scale) => op.rmsNorm(x, scale, epsilon),
    (x, scale) => {
      const square = reduce((values) => mean(values.map((value) => value * value)), x, [shape.length - 1]);
      return map((value, s, q) => (value * s) / Math.sqrt(q + (epsilon ?? 1e-6)), x, scale, square);
    },
  );

/** Samples of softmax and the normalisations. */
export const samples: OpSamples<typeof ops> = {
  softmax: [
    ...along(op.softmax, softmax),
    sample(
      [given([3], [200, 0, 200])],
      (x) => op.softmax(x),
      (x) => softmax(x, 0),
    ),
  ],
  logSoftmax: along(op.logSoftmax, (x, axis) => map(Math.log, softmax(x, axis))),
  layerNorm: [layerNorm([2, 4]), layerNorm([2, 2, 3], 0.1), layerNorm([0, 3]), layerNorm([2, 1]), layerNorm([5])],
  l2Normalize: along(op.l2Normalize, (x, axis) =>
    map(
      (value, square) => value / Math.sqrt(square),
      x,
      reduce((values) => sumOf(values.map((value) => value * value)), x, [axis]),
    ),
  ),
  rmsNorm: [rmsNorm([2, 4]), rmsNorm([2, 2, 3], 0.1), rmsNorm([0, 3]), rmsNorm([2, 1]), rmsNorm([5])],
};
