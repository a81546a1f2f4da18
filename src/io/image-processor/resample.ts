/**
 * Pillow's `Image.resize`, bit for bit. Pictures resized with any other code give a model inputs that differ by several
 * grey levels from those that published checkpoints were trained with.
 *
 * The filter is applied along rows, then along columns, with coefficients in 22-bit fixed point; the support grows with
 * the factor of reduction, so that shrinking does not alias.
 * @see https://github.com/python-pillow/Pillow, src/libImaging/Resample.c and Geometry.c (nearest)
 */
import type { RgbImage } from "../../platform/platform.ts";

/** Pillow's filters. */
export type Filter = "nearest" | "lanczos" | "bilinear" | "bicubic" | "box" | "hamming";

interface Kernel {
  /** Half the width of the kernel, in source pixels at scale 1. */
  readonly support: number;
  readonly at: (x: number) => number;
}

const sinc = (x: number) => (x === 0 ? 1 : Math.sin(x * Math.PI) / (x * Math.PI));

const kernels: Readonly<Record<Exclude<Filter, "nearest">, Kernel>> = {
  box: { support: 0.5, at: (x) => (x > -0.5 && x <= 0.5 ? 1 : 0) },
  bilinear: { support: 1, at: (x) => Math.max(0, 1 - Math.abs(x)) },
  hamming: { support: 1, at: (x) => (Math.abs(x) < 1 ? sinc(x) * (0.54 + 0.46 * Math.cos(x * Math.PI)) : 0) },
  bicubic: { support: 2, at: cubic },
  lanczos: { support: 3, at: (x) => (x >= -3 && x < 3 ? sinc(x) * sinc(x / 3) : 0) },
};

/** Keys' cubic with a = -0.5. */
function cubic(x: number): number {
  const a = -0.5;
  const d = Math.abs(x);
  if (d < 1) return ((a + 2) * d - (a + 3)) * d * d + 1;
  return d < 2 ? (((d - 5) * d + 8) * d - 4) * a : 0;
}

/** A size in pixels. */
export interface Size {
  readonly width: number;
  readonly height: number;
}

/** A part of a picture, in its pixels. */
export interface Rectangle extends Size {
  readonly left: number;
  readonly top: number;
}

/**
 * The picture at a new size, equal to Pillow's `image.resize((width, height), filter)`.
 *
 * @param window the part of the result that is wanted; only it is computed, so a crop of an extreme aspect ratio is cheap.
 */
export function resizeImage(
  image: RgbImage,
  { width, height }: Size,
  filter: Filter,
  window: Rectangle = { left: 0, top: 0, width, height },
): RgbImage {
  const columns = { from: image.width, to: width, first: window.left, count: window.width };
  const rows = { from: image.height, to: height, first: window.top, count: window.height };
  if (filter === "nearest") return nearest(image, columns, rows);
  const vertical = weightsFor(rows, kernels[filter]);
  const top = vertical.first[0] ?? 0;
  const bottom = (vertical.first.at(-1) ?? 0) + (vertical.count.at(-1) ?? 0);
  const strip = alongRows(image, weightsFor(columns, kernels[filter]), top, bottom);
  return alongColumns(strip, vertical, top);
}

/** One axis: `from` pixels become `to`, of which `count` from `first` on are wanted. */
interface Axis {
  readonly from: number;
  readonly to: number;
  readonly first: number;
  readonly count: number;
}

function nearest({ data, width }: RgbImage, columns: Axis, rows: Axis): RgbImage {
  const indices = nearestIndices(columns);
  const out = new Uint8Array(columns.count * rows.count * 3);
  let to = 0;
  for (const row of nearestIndices(rows)) {
    for (const column of indices) {
      const from = (row * width + column) * 3;
      out[to++] = data[from]!;
      out[to++] = data[from + 1]!;
      out[to++] = data[from + 2]!;
    }
  }
  return { data: out, width: columns.count, height: rows.count };
}

/** Which source pixel each new one copies. Pillow adds the step up, so its rounding errors add up too. */
function nearestIndices({ from, to, first, count }: Axis): Int32Array {
  const step = from / to;
  let position = step * 0.5;
  const indices = new Int32Array(count);
  for (let i = 0; i < first + count; i++, position += step) if (i >= first) indices[i - first] = Math.floor(position);
  return indices;
}

/** For each new pixel: the first source pixel, how many, and `taps` fixed-point weights (those beyond the count are 0). */
interface Weights {
  readonly first: Int32Array;
  readonly count: Int32Array;
  readonly taps: number;
  readonly values: Int32Array;
}

const precisionBits = 22; // 32, less 8 for the pixel and 2 for kernels that exceed 1 in sum of magnitudes
const half = 1 << (precisionBits - 1);

function weightsFor(axis: Axis, kernel: Kernel): Weights {
  const scale = axis.from / axis.to;
  const filterScale = Math.max(scale, 1);
  const support = kernel.support * filterScale;
  const taps = Math.ceil(support) * 2 + 1;
  const first = new Int32Array(axis.count);
  const count = new Int32Array(axis.count);
  const values = new Int32Array(axis.count * taps);
  const real = new Float64Array(taps);
  for (let i = 0; i < axis.count; i++) {
    const center = (axis.first + i + 0.5) * scale;
    const start = Math.max(Math.trunc(center - support + 0.5), 0);
    const length = Math.min(Math.trunc(center + support + 0.5), axis.from) - start;
    let sum = 0;
    for (let t = 0; t < length; t++) sum += real[t] = kernel.at((t + start - center + 0.5) * (1 / filterScale));
    for (let t = 0; t < length; t++) {
      const fixed = (sum === 0 ? real[t]! : real[t]! / sum) * (1 << precisionBits);
      values[i * taps + t] = Math.trunc(fixed < 0 ? fixed - 0.5 : fixed + 0.5);
    }
    first[i] = start;
    count[i] = length;
  }
  return { first, count, taps, values };
}

const clip = (fixed: number) => {
  const value = fixed >> precisionBits;
  return value < 0 ? 0 : value > 255 ? 255 : value;
};

/** Filters along the rows `top` to `bottom` (exclusive) of the picture. */
function alongRows(
  { data, width }: RgbImage,
  { first, count, taps, values }: Weights,
  top: number,
  bottom: number,
): RgbImage {
  const newWidth = first.length;
  const out = new Uint8Array(newWidth * (bottom - top) * 3);
  let to = 0;
  for (let y = top; y < bottom; y++) {
    for (let x = 0; x < newWidth; x++) {
      let from = (y * width + first[x]!) * 3;
      let [r, g, b] = [half, half, half];
      for (let t = x * taps, end = t + count[x]!; t < end; t++, from += 3) {
        const weight = values[t]!;
        r = (r + Math.imul(data[from]!, weight)) | 0;
        g = (g + Math.imul(data[from + 1]!, weight)) | 0;
        b = (b + Math.imul(data[from + 2]!, weight)) | 0;
      }
      out[to++] = clip(r);
      out[to++] = clip(g);
      out[to++] = clip(b);
    }
  }
  return { data: out, width: newWidth, height: bottom - top };
}

/** Filters along the columns of a strip whose first row is row `top` of the weights' picture. */
function alongColumns({ data, width }: RgbImage, { first, count, taps, values }: Weights, top: number): RgbImage {
  const newHeight = first.length;
  const stride = width * 3;
  const out = new Uint8Array(stride * newHeight);
  let to = 0;
  for (let y = 0; y < newHeight; y++) {
    const start = (first[y]! - top) * stride;
    const end = y * taps + count[y]!;
    for (let x = 0; x < stride; x++) {
      let sum = half;
      for (let t = y * taps, from = start + x; t < end; t++, from += stride)
        sum = (sum + Math.imul(data[from]!, values[t]!)) | 0;
      out[to++] = clip(sum);
    }
  }
  return { data: out, width, height: newHeight };
}
