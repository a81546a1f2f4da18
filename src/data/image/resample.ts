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
  const rows = resampleRows(image, box, across, width, mirror); // [3, box.height, width]
  const result = new Float32Array(3 * height * width);
  for (let channel = 0, at = 0; channel < 3; channel++) {
    const plane = channel * box.height * width;
    for (let y = 0; y < height; y++, at += width) {
      for (let t = 0; t < down.taps; t++) {
        const weight = down.weights[y * down.taps + t]!;
        const from = plane + (down.starts[y]! + t) * width;
        for (let x = 0; x < width; x++) result[at + x]! += weight * rows[from + x]!;
      }
    }
  }
  return result;
}

/** The horizontal half: every row of the box at the new width, `[3, box.height, width]`. */
function resampleRows(image: RgbImage, box: Box, across: AxisWeights, width: number, mirror: boolean): Float32Array {
  const { data } = image;
  const { starts, weights, taps } = across;
  const plane = box.height * width;
  const rows = new Float32Array(3 * plane);
  for (let y = 0; y < box.height; y++) {
    const origin = ((box.top + y) * image.width + box.left) * 3;
    for (let x = 0, tap = 0; x < width; x++) {
      let from = origin + starts[x]! * 3;
      let red = 0;
      let green = 0;
      let blue = 0;
      for (let t = 0; t < taps; t++, tap++, from += 3) {
        const weight = weights[tap]!;
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
  const starts = new Int32Array(count);
  const weights = new Float32Array(count * taps);
  for (let i = 0; i < count; i++) {
    const centre = (i + 0.5) * scale;
    const start = Math.max(0, Math.min(length - taps, Math.floor(centre - support - 0.5) + 1));
    starts[i] = start;
    let sum = 0;
    for (let t = 0; t < taps; t++) {
      const distance = (start + t + 0.5 - centre) / spread;
      const weight =
        filter === "box" ? Number(distance > -0.5 && distance <= 0.5) : Math.max(0, 1 - Math.abs(distance));
      weights[i * taps + t] = weight;
      sum += weight;
    }
    for (let t = 0; t < taps; t++) weights[i * taps + t]! /= sum;
  }
  return { starts, weights, taps };
}
