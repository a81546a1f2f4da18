import type * as ops from "../../engine/ops/layout.ts";
import * as op from "../../engine/ops/layout.ts";
import { build, NdArray, reshaped } from "../nd-array.ts";
import { ids, normals, sample, truths, type OpSamples, type Sample } from "./sample.ts";

const transposed = (shape: readonly number[], order: readonly number[]): Sample =>
  sample(
    [normals(shape)],
    (x) => op.transpose(x, order),
    (x) =>
      build(
        order.map((axis) => shape[axis]!),
        (to) => x.at(shape.map((_, axis) => to[order.indexOf(axis)]!)),
      ),
  );

/** A slice from `starts`, every `steps`-th, of shape `size`. */
const sliced = (
  shape: readonly number[],
  ranges: Parameters<typeof op.slice>[1],
  { starts, steps, size }: Record<"starts" | "steps" | "size", readonly number[]>,
): Sample =>
  sample(
    [normals(shape)],
    (x) => op.slice(x, ranges),
    (x) => build(size, (to) => x.at(to.map((at, axis) => starts[axis]! + at * steps[axis]!))),
  );

const padded = (shape: readonly number[], padding: readonly (readonly [number, number])[], value = 0): Sample =>
  sample(
    [normals(shape)],
    (x) => op.pad(x, padding, value),
    (x) =>
      build(
        shape.map((extent, axis) => extent + padding[axis]![0] + padding[axis]![1]),
        (to) => {
          const from = to.map((at, axis) => at - padding[axis]![0]);
          return from.every((at, axis) => at >= 0 && at < shape[axis]!) ? x.at(from) : value;
        },
      ),
  );

/** Parts joined along an axis: the reference of `concat`. */
function joined(parts: readonly NdArray[], axis: number): NdArray {
  const starts = parts.map((_, i) => parts.slice(0, i).reduce((sum, { shape }) => sum + shape[axis]!, 0));
  const extent = parts.reduce((sum, { shape }) => sum + shape[axis]!, 0);
  return build(parts[0]!.shape.with(axis, extent), (to) => {
    const part = starts.findLastIndex((start, i) => start <= to[axis]! && parts[i]!.shape[axis]! > 0);
    return parts[part]!.at(to.with(axis, to[axis]! - starts[part]!));
  });
}

const cut = (x: NdArray, axis: number, start: number, extent: number): NdArray =>
  build(x.shape.with(axis, extent), (to) => x.at(to.with(axis, to[axis]! + start)));

const rolled = (shape: readonly number[], shift: number, axis: number): Sample =>
  sample(
    [normals(shape)],
    (x) => op.roll(x, shift, axis),
    (x) => {
      const extent = shape.at(axis)!;
      const at = axis < 0 ? axis + shape.length : axis;
      return build(shape, (to) => x.at(to.with(at, (((to[at]! - shift) % extent) + extent) % extent)));
    },
  );

const flipped = (shape: readonly number[], axis: number): Sample =>
  sample(
    [normals(shape)],
    (x) => op.flip(x, axis),
    (x) => build(shape, (to) => x.at(to.with(axis, shape[axis]! - 1 - to[axis]!))),
  );

const dilated = (shape: readonly number[], steps: readonly number[], to: readonly number[]): Sample =>
  sample(
    [normals(shape)],
    (x) => op.dilate(x, steps),
    (x) => build(to, (at) => (at.some((a, i) => a % steps[i]!) ? 0 : x.at(at.map((a, i) => a / steps[i]!)))),
  );

/** Samples of the ops that move elements about. */
export const samples: OpSamples<typeof ops> = {
  reshape: [
    sample(
      [normals([2, 6])],
      (x) => op.reshape(x, [3, -1]),
      (x) => reshaped(x, [3, 4]),
    ),
    sample(
      [normals([2, 6])],
      (x) => op.reshape(op.reshape(x, [3, 4]), [12]),
      (x) => reshaped(x, [12]),
    ),
    sample(
      [normals([1])],
      (x) => op.reshape(x, []),
      (x) => reshaped(x, []),
    ),
    sample(
      [normals([0, 3])],
      (x) => op.reshape(x, [2, 0, 1]),
      () => new NdArray([2, 0, 1], []),
    ),
    sample(
      [truths([2, 1], [0, 1])],
      (x) => op.reshape(x, [2]),
      (x) => reshaped(x, [2]),
    ),
  ],
  transpose: [
    transposed([2, 3, 4], [2, 0, 1]),
    transposed([2, 3, 1, 2], [0, 2, 1, 3]),
    transposed([2, 0], [1, 0]),
    transposed([1], [0]),
    sample(
      [normals([2, 3, 4])],
      (x) => op.transpose(x),
      (x) => build([2, 4, 3], ([i, j, k]) => x.at([i!, k!, j!])),
    ),
  ],
  slice: [
    sliced([4, 5], [[1, 3], [-2]], { starts: [1, 3], steps: [1, 1], size: [2, 2] }),
    sliced([7, 2], [[1, 6, 2]], { starts: [1, 0], steps: [2, 1], size: [3, 2] }),
    sliced(
      [7, 3],
      [
        [0, 7, 3],
        [0, 3, 2],
      ],
      { starts: [0, 0], steps: [3, 2], size: [3, 2] },
    ),
    sliced([3, 2], [undefined, [1, 1]], { starts: [0, 1], steps: [1, 1], size: [3, 0] }),
    sliced(
      [0, 2],
      [
        [0, 0],
        [0, 1],
      ],
      { starts: [0, 0], steps: [1, 1], size: [0, 1] },
    ),
    sliced([3], [[-9, 9]], { starts: [0], steps: [1], size: [3] }),
  ],
  dilate: [dilated([2, 3], [1, 2], [2, 5]), dilated([2, 1, 2], [3, 2, 2], [4, 1, 3]), dilated([2], [1], [2])],
  pad: [
    padded(
      [2, 3],
      [
        [1, 0],
        [0, 2],
      ],
    ),
    padded(
      [2, 1],
      [
        [0, 1],
        [1, 1],
      ],
      5,
    ),
    padded(
      [3, 4],
      [
        [-1, 0],
        [1, -2],
      ],
    ),
    padded(
      [0, 2],
      [
        [1, 1],
        [0, 0],
      ],
      3,
    ),
    padded([2], [[0, 0]]),
  ],
  concat: [
    sample(
      [normals([2, 3]), normals([2, 1]), normals([2, 0])],
      (...parts) => op.concat(parts, 1),
      (...parts) => joined(parts, 1),
    ),
    sample(
      [normals([1, 2]), normals([2, 2])],
      (...parts) => op.concat(parts, -2),
      (...parts) => joined(parts, 0),
    ),
    sample(
      [normals([2])],
      (...parts) => op.concat(parts, 0),
      (x) => x,
    ),
    sample(
      [ids([1], [3]), ids([2], [4, 5])],
      (...parts) => op.concat(parts, 0),
      (...parts) => joined(parts, 0),
    ),
  ],
  split: [
    sample(
      [normals([2, 5])],
      (x) => op.split(x, [1, 3, 1], 1),
      (x) => [cut(x, 1, 0, 1), cut(x, 1, 1, 3), cut(x, 1, 4, 1)],
    ),
    sample(
      [normals([2, 2])],
      (x) => op.split(x, [0, 2], 0),
      (x) => [cut(x, 0, 0, 0), x],
    ),
    sample(
      [normals([2, 2])],
      (x) => op.split(x, [2], -1),
      (x) => x,
    ),
    // Only one part is used: the others' gradient is zero.
    sample(
      [normals([3, 2])],
      (x) => op.split(x, [1, 1, 1], 0)[1]!,
      (x) => cut(x, 0, 1, 1),
    ),
  ],
  stack: [
    sample(
      [normals([2, 3]), normals([2, 3])],
      (a, b) => op.stack([a, b], 1),
      (a, b) => build([2, 2, 3], ([i, which, j]) => (which === 0 ? a : b).at([i!, j!])),
    ),
    sample(
      [normals([2]), normals([2])],
      (a, b) => op.stack([a, b], -1),
      (a, b) => build([2, 2], ([i, which]) => (which === 0 ? a : b).at([i!])),
    ),
    sample(
      [normals([])],
      (a) => op.stack([a], 0),
      (a) => reshaped(a, [1]),
    ),
  ],
  flip: [flipped([2, 3], 1), flipped([3, 2], 0), flipped([1], 0), flipped([2, 0], 1)],
  roll: [rolled([5], 2, 0), rolled([2, 4], -1, -1), rolled([3, 2], 6, 0), rolled([0, 2], 1, 0)],
};
