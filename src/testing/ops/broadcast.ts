import type * as ops from "../../engine/ops/broadcast.ts";
import * as op from "../../engine/ops/broadcast.ts";
import type { Tensor } from "../../engine/tensor.ts";
import { broadcastIndex, build, indexes, NdArray, reduce, reshaped } from "../nd-array.ts";
import { ids, normals, sample, truths, type OpSamples, type Sample, type Source } from "./sample.ts";

const expanded = (from: readonly number[], to: readonly number[]): Sample =>
  sample(
    [normals(from)],
    (x) => op.expand(x, to),
    (x) => build(to, (index) => x.at(broadcastIndex(from, index))),
  );

const summedTo = (from: readonly number[], to: readonly number[]): Sample =>
  sample(
    [normals(from)],
    (x) => op.sumTo(x, to),
    (x) => {
      const sums = new NdArray(to, new Float64Array(to.reduce((size, extent) => size * extent, 1)));
      const place = new Map(Array.from(indexes(to), (index, i) => [String(index), i]));
      for (const index of indexes(from)) sums.data[place.get(String(broadcastIndex(to, index)))!]! += x.at(index);
      return sums;
    },
  );

/** Samples of a reduction over several choices of axes. */
export function reductions(
  apply: (x: Tensor, options?: op.ReduceOptions) => Tensor,
  f: (values: readonly number[]) => number,
  fill: (shape: readonly number[]) => Source,
): Sample[] {
  const over = (shape: readonly number[], axes: readonly number[], options: op.ReduceOptions | undefined): Sample =>
    sample(
      [fill(shape)],
      (x) => apply(x, options),
      (x) => {
        const kept = reduce(f, x, axes);
        return options?.keepDims === true
          ? kept
          : reshaped(
              kept,
              shape.filter((_, axis) => !axes.includes(axis)),
            );
      },
    );
  return [
    over([2, 3], [0, 1], undefined),
    over([2, 3, 2], [1], { axis: 1 }),
    over([2, 3, 2], [0, 2], { axis: [-1, 0], keepDims: true }),
    over([3, 1], [1], { axis: -1 }),
    over([0, 3], [1], { axis: 1 }),
    over([2, 3], [], { axis: [] }),
    over([], [], undefined),
  ];
}

/** The sum of numbers. */
export const sumOf = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

/** Samples of repeating and summing. */
export const samples: OpSamples<typeof ops> = {
  expand: [
    expanded([2, 1], [2, 3]),
    expanded([3], [2, 3]),
    expanded([], [2, 2]),
    expanded([1], [0]),
    expanded([1, 0], [2, 0]),
    sample(
      [truths([1], [1])],
      (x) => op.expand(x, [2]),
      () => new NdArray([2], [1, 1]),
    ),
  ],
  sum: [
    ...reductions(op.sum, sumOf, normals),
    sample(
      [normals([2, 0])],
      (x) => op.sum(x, { axis: 1 }),
      () => new NdArray([2], [0, 0]),
    ),
    sample(
      [ids([3], [1, 2, 4])],
      (x) => op.sum(x),
      () => new NdArray([], [7]),
    ),
  ],
  sumTo: [
    summedTo([2, 3], [3]),
    summedTo([2, 3], [2, 1]),
    summedTo([2, 3], []),
    summedTo([2, 3], [2, 3]),
    summedTo([0, 2], [1, 2]),
  ],
};
