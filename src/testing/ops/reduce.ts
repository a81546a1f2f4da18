import type * as ops from "../../engine/ops/reduce.ts";
import * as op from "../../engine/ops/reduce.ts";
import { stopGradient } from "../../engine/ops/elementwise.ts";
import { build, map, NdArray, reduce, reshaped, total } from "../nd-array.ts";
import { reductions, sumOf } from "./broadcast.ts";
import { distinct, given, ids, normals, positives, sample, type OpSamples, type Sample } from "./sample.ts";

const logSumExp = (values: readonly number[]): number => Math.log(sumOf(values.map(Math.exp)));

const argMaxed = (shape: readonly number[], axis: number): Sample =>
  sample(
    [distinct(shape)],
    (x) => op.argMax(x, axis),
    (x) => {
      const at = axis < 0 ? axis + shape.length : axis;
      const kept = reduce((values) => values.indexOf(Math.max(...values)), x, [at]);
      return reshaped(kept, shape.toSpliced(at, 1));
    },
  );

const cumulated = (shape: readonly number[], axis: number, options: op.CumulativeOptions = {}): Sample =>
  sample(
    [normals(shape)],
    (x) => op.cumulativeSum(x, axis, options),
    (x) =>
      build(shape, (to) =>
        total([shape[axis]!], ([from]) => {
          const [before, after] = options.reverse === true ? [to[axis]!, from!] : [from!, to[axis]!];
          const counts = options.exclusive === true ? before < after : before <= after;
          return counts ? x.at(to.with(axis, from!)) : 0;
        }),
      ),
  );

/** Samples of the reductions. */
export const samples: OpSamples<typeof ops> = {
  mean: reductions(op.mean, (values) => sumOf(values) / values.length, normals),
  max: reductions(op.max, (values) => Math.max(...values), distinct),
  min: reductions(op.min, (values) => Math.min(...values), distinct),
  sumSquares: [
    ...reductions(op.sumSquares, (values) => sumOf(values.map((x) => x * x)), normals),
    sample(
      [normals([0])],
      (x) => op.sumSquares(x),
      () => new NdArray([], [0]),
    ),
  ],
  logSumExp: [
    ...reductions(op.logSumExp, logSumExp, normals),
    // e^200 is infinite in float32
    sample(
      [given([2], [200, 199])],
      (x) => op.logSumExp(x),
      (x) => build([], () => 200 + Math.log(1 + Math.exp(x.at([1]) - 200))),
      { surrogate: (x) => build([], () => 200 + Math.log(Math.exp(x.at([0]) - 200) + Math.exp(x.at([1]) - 200))) },
    ),
  ],
  weightedMean: [
    sample([normals([2, 3]), positives([2, 3])], op.weightedMean, (x, weight) =>
      build([], () => sumOf([...map((a, b) => a * b, x, weight).data]) / sumOf([...weight.data])),
    ),
    sample(
      [normals([2]), given([2], [0, 0])],
      (x, weight) => op.weightedMean(x, stopGradient(weight)),
      () => build([], () => 0),
    ),
  ],
  argMax: [
    argMaxed([2, 3], -1),
    argMaxed([2, 3], 0),
    argMaxed([1], 0),
    argMaxed([0, 2], 1),
    sample(
      [ids([3], [4, 4, 1])],
      (x) => op.argMax(x),
      () => new NdArray([], [0]),
    ),
  ],
  cumulativeSum: [
    cumulated([2, 3], 1),
    cumulated([3, 2], 0, { exclusive: true }),
    cumulated([2, 3, 2], 1, { reverse: true }),
    cumulated([4], 0, { exclusive: true, reverse: true }),
    cumulated([2, 0], 1),
    cumulated([1], 0),
    sample(
      [ids([3], [1, 2, 3])],
      (x) => op.cumulativeSum(x),
      () => new NdArray([3], [1, 3, 6]),
    ),
  ],
};
