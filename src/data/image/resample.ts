import type { RgbImage } from "../../platform/platform.ts";
import { compileResampleKernels } from "./resample-kernels.ts";

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

/** The weights of one axis: output position `i` sums `weights[i * taps + t]` times source position `starts[i] + t` over `taps` values of `t`. */
interface AxisWeights {
  readonly starts: Int32Array;
  readonly weights: Float32Array;
  readonly taps: number;
}

const kernels = compileResampleKernels();

/** The whole picture as a box. */
export const wholeOf = ({ width, height }: Pick<RgbImage, "width" | "height">): Box => ({
  left: 0,
  top: 0,
  width,
  height,
});

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
  target: Float32Array | Uint8Array,
  image: RgbImage,
  box: Box,
  width: number,
  height: number,
  filter: Filter,
  mirror = false,
): void {
  const down = axisWeights(box.height, height, filter);
  const across = axisWeights(box.width, width, filter);
  const rowBytes = box.width * 3;
  const size = target.BYTES_PER_ELEMENT;

  const { reserve, reserved } = addresses();
  const weightsDownAt = reserve(down.weights.byteLength);
  const weightsAcrossAt = reserve(across.weights.byteLength);
  const startsAt = reserve(across.starts.byteLength);
  const rowAt = reserve(rowBytes * Float32Array.BYTES_PER_ELEMENT);
  const sourceAt = reserve(rowBytes * box.height);
  const resultAt = reserve(target.byteLength);
  const { memory, mixRows, mixToBytes, mixToFloats } = kernels;
  grow(memory, reserved());

  new Float32Array(memory.buffer, weightsDownAt).set(down.weights);
  new Float32Array(memory.buffer, weightsAcrossAt).set(across.weights);
  new Int32Array(memory.buffer, startsAt).set(across.starts.map((start) => start * 3 * Float32Array.BYTES_PER_ELEMENT));
  copyBox(new Uint8Array(memory.buffer, sourceAt), image, box);

  const mixPixels = target instanceof Float32Array ? mixToFloats : mixToBytes;
  const plane = width * height * size;
  const step = mirror ? -size : size;
  for (let y = 0; y < height; y++) {
    const source = sourceAt + down.starts[y]! * rowBytes;
    const weights = weightsDownAt + y * down.taps * Float32Array.BYTES_PER_ELEMENT;
    mixRows(rowAt, source, weights, rowBytes, down.taps, rowBytes);
    const first = resultAt + (y * width + (mirror ? width - 1 : 0)) * size;
    mixPixels(first, rowAt, startsAt, weightsAcrossAt, across.taps, plane, step, width);
  }
  const View = target instanceof Float32Array ? Float32Array : Uint8Array;
  target.set(new View(memory.buffer, resultAt, target.length));
}

/** Addresses for arrays one after the other, each aligned and with room behind it for vectors that reach over its end. */
function addresses(): { reserve: (bytes: number) => number; reserved: () => number } {
  let end = 0;
  return {
    reserve: (bytes) => {
      const address = end;
      end = Math.ceil((address + bytes + 32) / 16) * 16;
      return address;
    },
    reserved: () => end,
  };
}

function grow(memory: WebAssembly.Memory, bytes: number): void {
  const missing = bytes - memory.buffer.byteLength;
  if (missing > 0) memory.grow(Math.ceil(missing / 65536));
}

/** Copies the pixels of a box, without the rest of their rows. */
function copyBox(target: Uint8Array, { data, width }: RgbImage, box: Box): void {
  const rowBytes = box.width * 3;
  for (let y = 0; y < box.height; y++) {
    const from = ((box.top + y) * width + box.left) * 3;
    target.set(data.subarray(from, from + rowBytes), y * rowBytes);
  }
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
