import { normal, uniform, type Key } from "../engine/random.ts";
import type { Shape } from "../engine/shape.ts";

/** Draws the first value of a parameter of `shape` (`size` elements) from the stream of `key`. */
export type Init = (key: Key, shape: Shape, size: number) => Float32Array;

/** Every element `value`. */
export const constantInit =
  (value: number): Init =>
  (_key, _shape, size) =>
    new Float32Array(size).fill(value);

/** Every element 0. */
export const zeros: Init = constantInit(0);

/** Every element 1. */
export const ones: Init = constantInit(1);

/** Normal with mean 0 and this standard deviation. */
export const normalInit =
  (deviation: number): Init =>
  (key, _shape, size) =>
    normal(key, size).map((value) => value * deviation);

/**
 * Uniform within `±sqrt(6 / (in + out))`, for weights `[out, in, ...]`.
 * @see Glorot and Bengio 2010, https://proceedings.mlr.press/v9/glorot10a.html equation 16
 */
export const xavierUniform: Init = (key, shape, size) => {
  const [out = 1, inner = 1, ...field] = shape;
  const area = field.reduce((product, extent) => product * extent, 1);
  const bound = Math.sqrt(6 / ((out + inner) * area));
  return uniform(key, size).map((value) => (2 * value - 1) * bound);
};
