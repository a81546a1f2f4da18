import type * as ops from "../../engine/ops/channel-norm.ts";
import * as op from "../../engine/ops/channel-norm.ts";
import { map, reduce, reshaped, type NdArray } from "../nd-array.ts";
import { mean, standardized } from "./normalize.ts";
import { normals, positives, sample, type OpSamples, type Sample } from "./sample.ts";

type Numbers = readonly number[];

/** Numbers for each channel, shaped to meet `[batch, channels, ...space]`. */
const wide = (perChannel: NdArray, rank: number): NdArray =>
  reshaped(perChannel, [perChannel.data.length, ...Array<number>(rank - 2).fill(1)]);

const scaled = (x: NdArray, scale: NdArray, bias: NdArray): NdArray =>
  map((value, s, b) => value * s + b, x, wide(scale, x.shape.length), wide(bias, x.shape.length));

const perChannel = (shape: Numbers): Numbers => [shape[1]!];

const inference = (shape: Numbers, epsilon?: number): Sample =>
  sample(
    [
      normals(shape),
      normals(perChannel(shape)),
      normals(perChannel(shape)),
      normals(perChannel(shape)),
      positives(perChannel(shape)),
    ],
    (x, scale, bias, center, variance) => op.batchNorm(x, scale, bias, center, variance, epsilon),
    (x, scale, bias, center, variance) =>
      scaled(
        map(
          (value, m, v) => (value - m) / Math.sqrt(v + (epsilon ?? 1e-5)),
          x,
          wide(center, shape.length),
          wide(variance, shape.length),
        ),
        scale,
        bias,
      ),
  );

const training = (shape: Numbers, momentum: number): Sample => {
  const axes = shape.flatMap((_, axis) => (axis === 1 ? [] : [axis]));
  const normalized = (x: NdArray, scale: NdArray, bias: NdArray): NdArray =>
    scaled(standardized(x, axes, 1e-5), scale, bias);
  const none = (running: NdArray): NdArray => map(() => 0, running);
  return sample(
    [
      normals(shape),
      normals(perChannel(shape)),
      normals(perChannel(shape)),
      normals(perChannel(shape)),
      positives(perChannel(shape)),
    ],
    (x, scale, bias, center, variance) => op.batchNormTraining(x, scale, bias, { center, variance, momentum }),
    (x, scale, bias, center, variance) => {
      const follow = (running: NdArray, f: (values: Numbers) => number): NdArray =>
        map(
          (old, now) => (1 - momentum) * old + momentum * now,
          running,
          reshaped(reduce(f, x, axes), perChannel(shape)),
        );
      const unbiased = (values: Numbers): number => {
        const center = mean(values);
        return values.reduce((sum, value) => sum + (value - center) ** 2, 0) / (values.length - 1);
      };
      return [normalized(x, scale, bias), follow(center, mean), follow(variance, unbiased)];
    },
    { surrogate: (x, scale, bias, center, variance) => [normalized(x, scale, bias), none(center), none(variance)] },
  );
};

const grouped = (shape: Numbers, groups: number): Sample =>
  sample(
    [normals(shape), normals(perChannel(shape)), normals(perChannel(shape))],
    (x, scale, bias) => op.groupNorm(x, groups, scale, bias),
    (x, scale, bias) => {
      const [batch, ...rest] = shape;
      const width = rest.reduce((size, extent) => size * extent, 1) / groups;
      return scaled(reshaped(standardized(reshaped(x, [batch!, groups, width]), [2], 1e-5), shape), scale, bias);
    },
  );

/** Samples of the normalisations of channels. */
export const samples: OpSamples<typeof ops> = {
  batchNorm: [inference([2, 3, 2, 2]), inference([3, 2], 0.1), inference([1, 1, 1]), inference([0, 2, 3])],
  batchNormTraining: [training([2, 3, 2, 2], 0.1), training([4, 2], 0.5), training([2, 1, 1], 1)],
  groupNorm: [grouped([2, 4, 3], 2), grouped([2, 3, 2, 2], 1), grouped([1, 2, 4], 2), grouped([0, 4, 2], 2)],
};
