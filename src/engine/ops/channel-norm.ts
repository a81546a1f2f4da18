import { checked } from "../define-op.ts";
import { badShape, sameShape, sizeOf } from "../shape.ts";
import type { Tensor } from "../tensor.ts";
import { add, div, mul, sqrt, stopGradient, sub } from "./elementwise.ts";
import { reshape } from "./layout.ts";
import { full } from "./leaf.ts";
import { layerNorm } from "./normalize.ts";
import { mean } from "./reduce.ts";

/** Normalisation of `[batch, channels, ...space]` with a scale and shift for each channel. */

/** Demands channels that the groups divide, and a number for each of them. */
function demandChannels(op: string, x: Tensor, perChannel: readonly Tensor[], groups = 1): void {
  checked(op, [x, ...perChannel], () => {
    const channels = x.shape[1];
    if (channels === undefined || !perChannel.every(({ shape }) => sameShape(shape, [channels])))
      throw badShape("SHAPE_NORM", "not one number for each channel", `give the shape [${channels ?? "channels"}]`);
    if (!Number.isInteger(channels / groups))
      throw badShape("SHAPE_NORM", `${groups} groups do not divide ${channels} channels`, "choose a divisor");
  });
}

/** `x * scale + shift` with numbers for each channel. */
function scaleChannels(x: Tensor, scale: Tensor, shift: Tensor): Tensor {
  const wide = (perChannel: Tensor): Tensor => reshape(perChannel, [x.shape[1]!, ...x.shape.slice(2).map(() => 1)]);
  return add(mul(x, wide(scale)), wide(shift));
}

/**
 * Normalises each channel by a mean and variance that are given: those of the training, at inference.
 * @param x        `[batch, channels, ...space]`
 * @param scale    `[channels]`, as are `bias`, `center` (the mean) and `variance`
 * @param epsilon  added to the variance
 * @throws {ShapeError} SHAPE_NORM
 * @see https://arxiv.org/abs/1502.03167
 */
export function batchNorm(
  x: Tensor,
  scale: Tensor,
  bias: Tensor,
  center: Tensor,
  variance: Tensor,
  epsilon = 1e-5,
): Tensor {
  demandChannels("batchNorm", x, [scale, bias, center, variance]);
  const factor = div(scale, sqrt(add(variance, epsilon)));
  return scaleChannels(x, factor, sub(bias, mul(center, factor)));
}

/** Running statistics of batch normalisation, and how fast they follow. */
export interface BatchNormState {
  /** `[channels]` */
  readonly center: Tensor;
  /** `[channels]`, unbiased */
  readonly variance: Tensor;
  /** Weight of this batch in the running statistics; 0.1 if absent. */
  readonly momentum?: number;
  /** Added to the variance; 1e-5 if absent. */
  readonly epsilon?: number;
}

/**
 * Normalises each channel by its mean and variance over the batch and space, as in training.
 * @param x     `[batch, channels, ...space]`, at least two elements for each channel
 * @param scale `[channels]`, as is `bias`
 * @returns     the normalised `x`, and the running mean and variance after this batch, which carry no gradient
 * @throws {ShapeError} SHAPE_NORM
 */
export function batchNormTraining(
  x: Tensor,
  scale: Tensor,
  bias: Tensor,
  { center, variance, momentum = 0.1, epsilon = 1e-5 }: BatchNormState,
): readonly [y: Tensor, center: Tensor, variance: Tensor] {
  demandChannels("batchNormTraining", x, [scale, bias, center, variance]);
  const axis = x.shape.flatMap((_, i) => (i === 1 ? [] : [i]));
  const batchCenter = mean(x, { axis, keepDims: true });
  const deviation = sub(x, batchCenter);
  const batchVariance = mean(mul(deviation, deviation), { axis });
  const count = x.size / x.shape[1]!;
  const follow = (running: Tensor, batch: Tensor): Tensor =>
    add(mul(running, 1 - momentum), mul(stopGradient(batch), momentum));
  return [
    scaleChannels(deviation, div(scale, sqrt(add(batchVariance, epsilon))), bias),
    follow(stopGradient(center), reshape(batchCenter, center.shape)),
    follow(stopGradient(variance), mul(batchVariance, count / Math.max(count - 1, 1))),
  ];
}

/**
 * Normalises each group of channels of each item to mean 0 and variance 1, then scales and shifts each channel.
 * @param x      `[batch, channels, ...space]`
 * @param groups divides `channels`
 * @param scale  `[channels]`, as is `bias`
 * @throws {ShapeError} SHAPE_NORM
 * @see https://arxiv.org/abs/1803.08494
 */
export function groupNorm(x: Tensor, groups: number, scale: Tensor, bias: Tensor, epsilon = 1e-5): Tensor {
  demandChannels("groupNorm", x, [scale, bias], groups);
  const width = sizeOf(x.shape.slice(1)) / groups;
  const unit = layerNorm(
    reshape(x, [x.shape[0]!, groups, width]),
    full(1, [width], x.dtype),
    full(0, [width], x.dtype),
    epsilon,
  );
  return scaleChannels(reshape(unit, x.shape), scale, bias);
}
