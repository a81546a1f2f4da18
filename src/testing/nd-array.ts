import { broadcastShapes, sizeOf, type Shape } from "../engine/shape.ts";

/** Numbers in float64 with a shape, row-major: what the plain references of ops compute with. */
export class NdArray {
  readonly shape: Shape;
  readonly data: Float64Array;

  constructor(shape: Shape, data: ArrayLike<number>) {
    this.shape = shape;
    this.data = Float64Array.from(data);
  }

  /** The element at `index`; 0 outside, as in zero padding. */
  at(index: readonly number[]): number {
    let offset = 0;
    for (let axis = 0; axis < this.shape.length; axis++) {
      const place = index[axis]!;
      if (place < 0 || place >= this.shape[axis]!) return 0;
      offset = offset * this.shape[axis]! + place;
    }
    return this.data[offset]!;
  }
}

/** Every index of a shape, in row-major order. */
export function* indexes(shape: Shape): Generator<readonly number[]> {
  const index = shape.map(() => 0);
  for (let count = sizeOf(shape); count > 0; count--) {
    yield [...index];
    for (let axis = shape.length - 1; axis >= 0 && ++index[axis]! === shape[axis]; axis--) index[axis] = 0;
  }
}

/** An array whose element at each index is `at(index)`. */
export const build = (shape: Shape, at: (index: readonly number[]) => number): NdArray =>
  new NdArray(shape, Array.from(indexes(shape), at));

/** The sum of `term(index)` over the indexes of a shape. */
export function total(shape: Shape, term: (index: readonly number[]) => number): number {
  let sum = 0;
  for (const index of indexes(shape)) sum += term(index);
  return sum;
}

/** `f` of the elements of arrays that broadcast to one shape. */
export function map(f: (...values: number[]) => number, ...arrays: readonly NdArray[]): NdArray {
  const shape = broadcastShapes(...arrays.map((array) => array.shape));
  return build(shape, (index) => f(...arrays.map((array) => array.at(broadcastIndex(array.shape, index)))));
}

/** Where an array of `shape` is read when it is repeated to the shape that `index` is of. */
export const broadcastIndex = (shape: Shape, index: readonly number[]): number[] =>
  shape.map((extent, axis) => (extent === 1 ? 0 : index[axis + index.length - shape.length]!));

/** Reduces axes: `f` of the elements that fall together; the axes stay with extent 1. */
export function reduce(f: (values: readonly number[]) => number, x: NdArray, axes: readonly number[]): NdArray {
  const reduced = x.shape.map((extent, axis) => (axes.includes(axis) ? extent : 1));
  const kept = x.shape.map((extent, axis) => (axes.includes(axis) ? 1 : extent));
  return build(kept, (at) => f(Array.from(indexes(reduced), (offset) => x.at(at.map((i, axis) => i + offset[axis]!)))));
}

/** The same elements, in order, as another shape. */
export const reshaped = (x: NdArray, shape: Shape): NdArray => new NdArray(shape, x.data);

/** Largest absolute value; 0 of nothing. */
export const largest = (x: NdArray): number => x.data.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
