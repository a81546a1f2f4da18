import type * as ops from "../../engine/ops/conv.ts";
import * as op from "../../engine/ops/conv.ts";
import { indexes, NdArray } from "../nd-array.ts";
import { normals, sample, type OpSamples, type Sample } from "./sample.ts";

type Numbers = readonly number[];
type Options = op.ConvTransposeOptions & { readonly bias?: boolean };

/**
 * What convolution and its transpose are made of: calls `visit` for each product of an element of the wide side, one of
 * the kernel and one of the narrow side (the windows' places).
 */
function products(
  wide: Numbers,
  kernel: Numbers,
  narrow: Numbers,
  { stride = 1, padding = 0, dilation = 1, groups = 1 }: Options,
  visit: (wide: Numbers, kernel: Numbers, narrow: Numbers) => void,
): void {
  const of = (value: number | Numbers, axis: number): number => (typeof value === "number" ? value : value[axis]!);
  for (const [batch, out, ...place] of indexes(narrow))
    for (const [channel, ...offset] of indexes(kernel.slice(1))) {
      const group = Math.floor(out! / (kernel[0]! / groups));
      const at = place.map((p, i) => p * of(stride, i) - of(padding, i) + offset[i]! * of(dilation, i));
      if (at.every((a, i) => a >= 0 && a < wide[i + 2]!))
        visit([batch!, group * kernel[1]! + channel!, ...at], [out!, channel!, ...offset], [batch!, out!, ...place]);
    }
}

function accumulated(
  shape: Numbers,
  bias: NdArray | undefined,
  sum: (add: (index: Numbers, value: number) => void) => void,
): NdArray {
  const result = new NdArray(
    shape,
    Array.from(indexes(shape), ([, channel]) => bias?.data[channel!] ?? 0),
  );
  const places = new Map(Array.from(indexes(shape), (index, i) => [String(index), i]));
  sum((index, value) => (result.data[places.get(String(index))!]! += value));
  return result;
}

/** A convolution whose output has the shape `to`. */
function convolved(from: Numbers, kernel: Numbers, to: Numbers, { bias = false, ...options }: Options = {}): Sample {
  const reference = (x: NdArray, w: NdArray, b?: NdArray): NdArray =>
    accumulated(to, b, (add) => products(from, kernel, to, options, (i, k, o) => add(o, x.at(i) * w.at(k))));
  return bias
    ? sample([normals(from), normals(kernel), normals([kernel[0]!])], (x, w, b) => op.conv(x, w, b, options), reference)
    : sample([normals(from), normals(kernel)], (x, w) => op.conv(x, w, undefined, options), reference);
}

/** A transposed convolution whose output has the shape `to`. */
function transposed(from: Numbers, kernel: Numbers, to: Numbers, { bias = false, ...options }: Options = {}): Sample {
  const reference = (x: NdArray, w: NdArray, b?: NdArray): NdArray =>
    accumulated(to, b, (add) => products(to, kernel, from, options, (i, k, o) => add(i, x.at(o) * w.at(k))));
  return bias
    ? sample(
        [normals(from), normals(kernel), normals([to[1]!])],
        (x, w, b) => op.convTranspose(x, w, b, options),
        reference,
      )
    : sample([normals(from), normals(kernel)], (x, w) => op.convTranspose(x, w, undefined, options), reference);
}

/** Samples of convolution in one, two and three dimensions. */
export const samples: OpSamples<typeof ops> = {
  conv: [
    convolved([2, 2, 5], [3, 2, 3], [2, 3, 3], { bias: true }),
    convolved([1, 2, 6], [2, 2, 2], [1, 2, 4], { stride: 2, padding: 1 }),
    convolved([1, 1, 7], [1, 1, 3], [1, 1, 2], { stride: 2, dilation: 2 }),
    convolved([2, 2, 4, 5], [3, 2, 2, 3], [2, 3, 3, 3], { bias: true }),
    convolved([1, 2, 6, 5], [2, 2, 3, 2], [1, 2, 2, 3], { stride: [3, 2], padding: [1, 1], dilation: [2, 1] }),
    convolved([2, 4, 3, 3], [6, 2, 2, 2], [2, 6, 2, 2], { groups: 2, bias: true }),
    convolved([1, 3, 4, 4], [3, 1, 3, 3], [1, 3, 2, 2], { groups: 3, stride: 2, padding: 1 }),
    convolved([1, 2, 4, 4], [3, 2, 2, 2], [1, 3, 2, 2], { stride: 2 }),
    convolved([1, 1, 3, 3, 4], [2, 1, 2, 2, 3], [1, 2, 2, 2, 2], { bias: true }),
    convolved([1, 2, 4, 3, 3], [2, 1, 3, 2, 1], [1, 2, 2, 2, 3], { groups: 2, stride: [2, 2, 1], padding: [1, 1, 0] }),
    convolved([1, 1, 1, 1], [1, 1, 1, 1], [1, 1, 1, 1], { bias: true }),
    convolved([0, 2, 4, 4], [3, 2, 3, 3], [0, 3, 2, 2], { bias: true }),
  ],
  convTranspose: [
    transposed([2, 2, 3], [2, 3, 2], [2, 3, 4], { bias: true }),
    transposed([1, 2, 3], [2, 1, 3], [1, 1, 6], { stride: 2, padding: 1, extents: [6] }),
    transposed([1, 2, 2, 3], [2, 2, 3, 2], [1, 2, 5, 6], { stride: 2, bias: true }),
    transposed([1, 2, 2, 3], [2, 2, 2, 2], [1, 2, 4, 7], {
      stride: 2,
      dilation: [2, 1],
      padding: [1, 0],
      extents: [4, 7],
    }),
    transposed([2, 4, 2, 2], [4, 1, 2, 2], [2, 2, 3, 3], { groups: 2, bias: true }),
    transposed([1, 1, 2, 2, 2], [1, 2, 2, 1, 2], [1, 2, 4, 2, 4], { stride: [2, 1, 2] }),
    transposed([1, 4, 2, 1, 2], [4, 1, 2, 1, 2], [1, 2, 3, 2, 3], {
      groups: 2,
      bias: true,
      stride: [2, 2, 1],
      padding: [1, 0, 1],
      dilation: [2, 1, 3],
      extents: [3, 2, 3],
    }),
    transposed([0, 2, 2, 2], [2, 1, 2, 2], [0, 1, 3, 3]),
  ],
};
