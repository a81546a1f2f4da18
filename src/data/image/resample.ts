import type { RgbImage } from "../../platform/platform.ts";

/** A rectangle inside a picture, in whole pixels. */
export interface Box {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/**
 * How source pixels are weighted, as functions of their distance from the output pixel's centre:
 * `box` averages the covered pixels, `triangle` is bilinear with antialiasing when shrinking, `bilinear` takes the four
 * nearest pixels however much it shrinks (faster, aliases below half size).
 */
export type Filter = "box" | "triangle" | "bilinear";

/**
 * The weights of one axis: output position `i` sums `weights[i * stride + t]` times source position `starts[i] + t` over `taps` values of `t`.
 * The weights from `taps` to `stride`, a multiple of four, are zero.
 */
interface AxisWeights {
  readonly starts: Int32Array;
  readonly weights: Float32Array;
  readonly taps: number;
  readonly stride: number;
}

/** Source positions that are summed in one go, so that sums stay in registers. */
const lanes = 4;

/** The whole picture as a box. */
export const wholeOf = ({ width, height }: RgbImage): Box => ({ left: 0, top: 0, width, height });

/**
 * Resizes a box of a picture, in float32 and separably, for speed: training and statistics. (Where the result must equal
 * Pillow's bit for bit, use the image processors.) Pixels outside the box have no influence, as if it were cropped first.
 *
 * @param mirror flip left and right
 * @returns      `[3, height, width]`, values 0 to 255, not rounded
 */
export function resample(
  image: RgbImage,
  box: Box,
  width: number,
  height: number,
  filter: Filter,
  mirror = false,
): Float32Array {
  const planes = new Float32Array(3 * height * width);
  resampleInto(planes, image, box, width, height, filter, mirror);
  return planes;
}

/** As {@link resample}, written to `target`: `[3, height, width]`, rounded if its elements are bytes. */
export function resampleInto(
  target: Float32Array | Uint8ClampedArray,
  image: RgbImage,
  box: Box,
  width: number,
  height: number,
  filter: Filter,
  mirror = false,
): void {
  const down = axisWeights(box.height, height, filter);
  const plane = (box.height + lanes - 1) * width; // with empty rows below for the weights that are zero
  const rows = resampleRows(image, box, axisWeights(box.width, width, filter), width, plane, mirror);
  const sums = new Float32Array(width);
  for (let channel = 0, at = 0; channel < 3; channel++) {
    for (let y = 0; y < height; y++, at += width) {
      const from = channel * plane + down.starts[y]! * width;
      if (down.taps <= lanes) {
        sumRows(target, at, rows, from, width, down.weights, y * down.stride);
        continue;
      }
      sums.fill(0);
      for (let t = 0; t < down.taps; t++) {
        const weight = down.weights[y * down.stride + t]!;
        const start = from + t * width;
        for (let x = 0; x < width; x++) sums[x]! += weight * rows[start + x]!;
      }
      target.set(sums, at);
    }
  }
}

/** Writes the weighted sum of four rows: the usual case, enlarging or shrinking to no less than half. */
function sumRows(
  target: Float32Array | Uint8ClampedArray,
  at: number,
  rows: Float32Array,
  from: number,
  width: number,
  weights: Float32Array,
  first: number,
): void {
  const weight0 = weights[first]!;
  const weight1 = weights[first + 1]!;
  const weight2 = weights[first + 2]!;
  const weight3 = weights[first + 3]!;
  const [row1, row2, row3] = [from + width, from + 2 * width, from + 3 * width];
  for (let x = 0; x < width; x++) {
    target[at + x] =
      weight0 * rows[from + x]! + weight1 * rows[row1 + x]! + weight2 * rows[row2 + x]! + weight3 * rows[row3 + x]!;
  }
}

/** The horizontal half: every row of the box at the new width, three planes of `plane` values. */
function resampleRows(
  image: RgbImage,
  box: Box,
  { starts, weights, taps, stride }: AxisWeights,
  width: number,
  plane: number,
  mirror: boolean,
): Float32Array {
  const { data } = image;
  const rows = new Float32Array(3 * plane);
  for (let y = 0; y < box.height; y++) {
    const origin = ((box.top + y) * image.width + box.left) * 3;
    for (let x = 0; x < width; x++) {
      let from = origin + starts[x]! * 3;
      let red = 0;
      let green = 0;
      let blue = 0;
      for (let t = x * stride; t < x * stride + taps; t++, from += 3) {
        const weight = weights[t]!;
        red += weight * data[from]!;
        green += weight * data[from + 1]!;
        blue += weight * data[from + 2]!;
      }
      const at = y * width + (mirror ? width - 1 - x : x);
      rows[at] = red;
      rows[at + plane] = green;
      rows[at + 2 * plane] = blue;
    }
  }
  return rows;
}

/** Weights of resizing `length` source pixels to `count`, normalised to sum 1; every tap stays inside the source. */
function axisWeights(length: number, count: number, filter: Filter): AxisWeights {
  const scale = length / count;
  const spread = filter === "bilinear" ? 1 : Math.max(1, scale); // source pixels to one unit of the filter's argument
  const support = (filter === "box" ? 0.5 : 1) * spread;
  const taps = Math.min(length, Math.ceil(2 * support));
  const stride = Math.ceil(taps / lanes) * lanes;
  const starts = new Int32Array(count);
  const weights = new Float32Array(count * stride);
  for (let i = 0; i < count; i++) {
    const centre = (i + 0.5) * scale;
    const start = Math.max(0, Math.min(length - taps, Math.floor(centre - support - 0.5) + 1));
    starts[i] = start;
    let sum = 0;
    for (let t = 0; t < taps; t++) {
      const distance = (start + t + 0.5 - centre) / spread;
      const weight =
        filter === "box" ? Number(distance > -0.5 && distance <= 0.5) : Math.max(0, 1 - Math.abs(distance));
      weights[i * stride + t] = weight;
      sum += weight;
    }
    for (let t = 0; t < taps; t++) weights[i * stride + t]! /= sum;
  }
  return { starts, weights, taps, stride };
}
