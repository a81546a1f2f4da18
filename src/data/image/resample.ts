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

/** The weights of one axis: output position `i` sums `weights[i * taps + t]` times source position `starts[i] + t`. */
interface AxisWeights {
  readonly starts: Int32Array;
  readonly weights: Float32Array;
  readonly taps: number;
}

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
  const across = axisWeights(box.width, width, filter);
  const down = axisWeights(box.height, height, filter);
  const rows = resampleRows(image, box, across, width, mirror); // [box.height, width, 3]
  const stride = width * 3;
  const plane = width * height;
  const line = new Float32Array(stride);
  const result = new Float32Array(3 * plane);
  for (let y = 0; y < height; y++) {
    line.fill(0);
    for (let t = 0; t < down.taps; t++) {
      const weight = down.weights[y * down.taps + t]!;
      if (weight === 0) continue;
      const from = (down.starts[y]! + t) * stride;
      for (let x = 0; x < stride; x++) line[x]! += weight * rows[from + x]!;
    }
    for (let x = 0, at = y * width; x < stride; x += 3, at++) {
      result[at] = line[x]!;
      result[at + plane] = line[x + 1]!;
      result[at + 2 * plane] = line[x + 2]!;
    }
  }
  return result;
}

function resampleRows(image: RgbImage, box: Box, across: AxisWeights, width: number, mirror: boolean): Float32Array {
  const { data } = image;
  const { starts, weights, taps } = across;
  const rows = new Float32Array(box.height * width * 3);
  for (let y = 0; y < box.height; y++) {
    const origin = ((box.top + y) * image.width + box.left) * 3;
    for (let x = 0; x < width; x++) {
      let from = origin + starts[x]! * 3;
      let [red, green, blue] = [0, 0, 0];
      for (let t = x * taps; t < (x + 1) * taps; t++, from += 3) {
        const weight = weights[t]!;
        red += weight * data[from]!;
        green += weight * data[from + 1]!;
        blue += weight * data[from + 2]!;
      }
      const at = (y * width + (mirror ? width - 1 - x : x)) * 3;
      rows[at] = red;
      rows[at + 1] = green;
      rows[at + 2] = blue;
    }
  }
  return rows;
}

/** Weights of resizing `length` source pixels to `count`, normalised to sum 1; every tap stays inside the source. */
function axisWeights(length: number, count: number, filter: Filter): AxisWeights {
  const scale = length / count;
  const spread = filter === "bilinear" ? 1 : Math.max(1, scale); // source pixels to one unit of the filter's argument
  const support = (filter === "box" ? 0.5 : 1) * spread;
  const taps = Math.min(length, Math.ceil(2 * support) + 1);
  const starts = new Int32Array(count);
  const weights = new Float32Array(count * taps);
  for (let i = 0; i < count; i++) {
    const centre = (i + 0.5) * scale;
    const start = Math.max(0, Math.min(length - taps, Math.ceil(centre - support - 0.5)));
    starts[i] = start;
    let sum = 0;
    for (let t = 0; t < taps; t++) {
      const distance = (start + t + 0.5 - centre) / spread;
      const weight = filter === "box" ? Number(distance >= -0.5 && distance < 0.5) : Math.max(0, 1 - Math.abs(distance));
      weights[i * taps + t] = weight;
      sum += weight;
    }
    for (let t = 0; t < taps; t++) weights[i * taps + t]! /= sum;
  }
  return { starts, weights, taps };
}
