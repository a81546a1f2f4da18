import type * as ops from "../../engine/ops/pool.ts";
import * as op from "../../engine/ops/pool.ts";
import { build, indexes, type NdArray } from "../nd-array.ts";
import { sumOf } from "./broadcast.ts";
import { distinct, normals, sample, type OpSamples, type Sample } from "./sample.ts";

type Numbers = readonly number[];

/** `f` of the elements of each window that are not padding, and of the kernel's size. */
const pooled = (
  x: NdArray,
  to: Numbers,
  { kernel, stride, padding }: Record<"kernel" | "stride" | "padding", Numbers>,
  f: (values: readonly number[], size: number) => number,
): NdArray =>
  build(to, ([batch, channel, ...place]) => {
    const offsets = [...indexes(kernel)];
    const inside = offsets
      .map((offset) => offset.map((o, i) => place[i]! * stride[i]! - padding[i]! + o))
      .filter((at) => at.every((a, i) => a >= 0 && a < x.shape[i + 2]!));
    return f(
      inside.map((at) => x.at([batch!, channel!, ...at])),
      offsets.length,
    );
  });

const largest = (
  from: Numbers,
  to: Numbers,
  kernel: Numbers,
  stride = kernel,
  padding: Numbers = kernel.map(() => 0),
): Sample =>
  sample(
    [distinct(from)],
    (x) => op.maxPool(x, { kernel, stride, padding }),
    (x) => pooled(x, to, { kernel, stride, padding }, (values) => Math.max(...values)),
  );

const average = (
  from: Numbers,
  to: Numbers,
  kernel: Numbers,
  stride: Numbers,
  padding: Numbers,
  countPadding: boolean,
): Sample =>
  sample(
    [normals(from)],
    (x) => op.avgPool(x, { kernel, stride, padding, countPadding }),
    (x) =>
      pooled(
        x,
        to,
        { kernel, stride, padding },
        (values, size) => sumOf(values) / (countPadding ? size : values.length),
      ),
  );

/** Samples of pooling. */
export const samples: OpSamples<typeof ops> = {
  maxPool: [
    largest([2, 2, 4, 4], [2, 2, 2, 2], [2, 2]),
    largest([2, 1, 5, 4], [2, 1, 3, 5], [3, 2], [2, 1], [1, 1]),
    largest([1, 2, 6], [1, 2, 2], [3]),
    largest([1, 1, 2, 3, 2], [1, 1, 1, 2, 1], [2, 2, 2], [1, 1, 1]),
    largest([0, 2, 4, 4], [0, 2, 2, 2], [2, 2]),
    largest([1, 1, 1, 1], [1, 1, 1, 1], [1, 1]),
    sample(
      [distinct([1, 1, 4, 4])],
      (x) => op.maxPool(x, { kernel: 2 }),
      (x) =>
        pooled(x, [1, 1, 2, 2], { kernel: [2, 2], stride: [2, 2], padding: [0, 0] }, (values) => Math.max(...values)),
    ),
  ],
  avgPool: [
    average([2, 2, 4, 4], [2, 2, 2, 2], [2, 2], [2, 2], [0, 0], true),
    average([1, 2, 5, 4], [1, 2, 3, 5], [3, 2], [2, 1], [1, 1], true),
    average([1, 2, 5, 4], [1, 2, 3, 5], [3, 2], [2, 1], [1, 1], false),
    average([2, 1, 7], [2, 1, 2], [3], [3], [0], true),
    average([1, 1, 3, 2, 3], [1, 1, 2, 1, 2], [2, 2, 2], [1, 1, 1], [0, 0, 0], true),
    average([0, 2, 4, 4], [0, 2, 2, 2], [2, 2], [2, 2], [0, 0], false),
    sample(
      [normals([1, 1, 4])],
      (x) => op.avgPool(x, { kernel: 4 }),
      (x) => build([1, 1, 1], () => sumOf([...x.data]) / 4),
    ),
  ],
};
