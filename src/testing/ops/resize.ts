import type * as ops from "../../engine/ops/resize.ts";
import * as op from "../../engine/ops/resize.ts";
import { build, NdArray } from "../nd-array.ts";
import { ids, normals, sample, type OpSamples, type Sample } from "./sample.ts";

type Numbers = readonly number[];

/** The kernels of interpolation by distance from a point. */
const kernels = {
  linear: (t: number): number => Math.max(0, 1 - Math.abs(t)),
  cubic: (t: number): number => {
    const d = Math.abs(t);
    if (d <= 1) return 1.25 * d ** 3 - 2.25 * d ** 2 + 1;
    return d < 2 ? -0.75 * (d ** 3 - 5 * d ** 2 + 8 * d - 4) : 0;
  },
};

/** One axis read at the middles of new cells, its border repeated beyond its ends. */
function resampled(x: NdArray, axis: number, to: number, interpolation: op.Interpolation): NdArray {
  const from = x.shape[axis]!;
  return build(x.shape.with(axis, to), (at) => {
    const value = (i: number): number => x.at(at.with(axis, Math.min(Math.max(i, 0), from - 1)));
    if (interpolation === "nearest") return value(Math.floor((at[axis]! * from) / to));
    const middle = ((at[axis]! + 0.5) * from) / to - 0.5;
    let sum = 0;
    for (let i = Math.floor(middle) - 2; i <= middle + 3; i++) sum += value(i) * kernels[interpolation](middle - i);
    return sum;
  });
}

const resized = (shape: Numbers, size: Numbers, interpolation: op.Interpolation): Sample =>
  sample(
    [normals(shape)],
    (x) => op.resize(x, size, interpolation),
    (x) => size.reduce((grid, extent, i) => resampled(grid, shape.length - size.length + i, extent, interpolation), x),
  );

/** Samples of interpolation. */
export const samples: OpSamples<typeof ops> = {
  resize: [
    ...(["nearest", "linear", "cubic"] as const).flatMap((interpolation) => [
      resized([2, 3, 4], [5, 2], interpolation),
      resized([1, 2, 2, 3], [4, 3], interpolation),
      resized([5], [3], interpolation),
      resized([2, 1], [3], interpolation),
      resized([0, 3], [2], interpolation),
      resized([2, 3], [0], interpolation),
    ]),
    sample(
      [ids([2], [7, 9])],
      (x) => op.resize(x, [4], "nearest"),
      () => new NdArray([4], [7, 7, 9, 9]),
    ),
  ],
};
