import { hostTensor } from "../../engine/host-tensor.ts";
import { fold, key, normal, permutation, type Key } from "../../engine/random.ts";
import { sizeOf, type Shape } from "../../engine/shape.ts";
import type { Tensor } from "../../engine/tensor.ts";
import type { DType, HostTensor } from "../../platform/session.ts";
import { NdArray } from "../nd-array.ts";

/** One case of an op: what it is applied to, and what must come out. */
export interface Sample {
  readonly inputs: readonly Source[];
  readonly apply: (...inputs: Tensor[]) => Tensor | readonly Tensor[];
  /** The same computation, plainly written, in float64. Its finite differences are what the gradients must equal. */
  readonly reference: Reference;
  /** The function whose finite differences the gradients must equal, where that is on purpose another one. */
  readonly surrogate?: Reference;
  /** How much further than usual from the reference results may be. */
  readonly slack?: number;
}

/** A computation on plain arrays. */
export type Reference = (...inputs: NdArray[]) => NdArray | readonly NdArray[];

/** For each element of the list `L`, a `T`. */
type Each<L extends readonly unknown[], T> = { readonly [Index in keyof L]: T };

/** A {@link Sample} whose functions name their inputs one by one. */
export const sample = <const L extends readonly Source[]>(
  inputs: L,
  apply: (...inputs: Each<L, Tensor>) => Tensor | readonly Tensor[],
  reference: (...inputs: Each<L, NdArray>) => NdArray | readonly NdArray[],
  options: {
    readonly surrogate?: (...inputs: Each<L, NdArray>) => NdArray | readonly NdArray[];
    readonly slack?: number;
  } = {},
): Sample => ({ inputs, apply, reference, ...options }) as unknown as Sample; // `inputs` says how many there are

/** Samples for every function of a family of ops: a new op without a row does not compile. */
export type OpSamples<Family> = {
  readonly [
    Name in keyof Family as Family[Name] extends (...args: never[]) => Tensor | readonly Tensor[] ? Name : never
  ]: readonly Sample[];
};

/** An input of a sample: its type, and its numbers, which are of the given element type already. */
export interface Source {
  readonly dtype: DType;
  readonly shape: Shape;
  readonly draw: (from: Key) => ArrayLike<number>;
}

const float32 = (shape: Shape, draw: Source["draw"]): Source => ({ dtype: "float32", shape, draw });

/** Numbers of the standard normal distribution. */
export const normals = (shape: Shape): Source => float32(shape, (from) => normal(from, sizeOf(shape)));

/** Numbers between 0.3 and about 3. */
export const positives = (shape: Shape): Source =>
  float32(shape, (from) => normal(from, sizeOf(shape)).map((value) => 0.3 + Math.abs(value)));

/** Numbers of which no two are nearer than 0.1, in random order: where a function chooses, a small step does not change its choice. */
export const distinct = (shape: Shape): Source =>
  float32(shape, (from) => {
    const size = sizeOf(shape);
    return Float32Array.from(permutation(from, size), (place) => (place - size / 2) * 0.1 + 0.03);
  });

/** Given numbers. */
export const given = (shape: Shape, values: readonly number[], dtype: DType = "float32"): Source => ({
  dtype,
  shape,
  draw: () => (dtype === "float32" ? Float32Array.from(values) : values),
});

/** Given indexes, as int64. */
export const ids = (shape: Shape, values: readonly number[]): Source => given(shape, values, "int64");

/** Given truth values. */
export const truths = (shape: Shape, values: readonly number[]): Source => given(shape, values, "bool");

/** The numbers of a sample's inputs, as plain arrays and as the session takes them. */
export function drawInputs(name: string, { inputs }: Sample): { plain: NdArray[]; host: HostTensor[] } {
  const drawn = inputs.map(({ draw }, i) => draw(fold(key(0), name, i)));
  return {
    plain: inputs.map(({ shape }, i) => new NdArray(shape, drawn[i]!)),
    host: inputs.map(({ dtype, shape }, i) => hostTensor(dtype, shape, drawn[i])),
  };
}
