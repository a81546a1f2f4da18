import type { RgbImage } from "../../platform/platform.ts";
import { axisWeights, type AxisWeights, type Filter } from "./axis-weights.ts";
import { compileByteKernels, pixelsAtOnce, tapsAtOnce, weightBits } from "./byte-kernels.ts";
import { compileFloatKernels } from "./float-kernels.ts";

/** A rectangle inside a picture; in pixels, possibly not whole ones. */
export interface Box {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

const floatKernels = compileFloatKernels();
const byteKernels = compileByteKernels();

/** The whole picture as a box. */
export const wholeOf = ({ width, height }: Pick<RgbImage, "width" | "height">): Box => ({
  left: 0,
  top: 0,
  width,
  height,
});

/**
 * Resizes a box of a picture separably, for speed: training and statistics. (Where the result must equal Pillow's bit for bit, use the
 * image processors.) Pixels outside the box have no influence, as if it were cropped first.
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

/** As {@link resample}, written to `target`: bytes are rounded after each of the two directions, and so up to a level beside the floats. */
export function resampleInto(
  target: Float32Array | Uint8Array,
  image: RgbImage,
  box: Box,
  width: number,
  height: number,
  filter: Filter,
  mirror = false,
): void {
  const plan = planOf(image, box, width, height, filter, mirror);
  if (target instanceof Float32Array) resampleToFloats(target, plan);
  else resampleToBytes(target, plan);
}

/**
 * Memory for a picture that is then resampled to bytes: it is read where it lies, while others are copied first. The next call, and the
 * end of the resampling, end its use.
 */
export function pictureMemory(bytes: number): Uint8Array {
  grow(byteKernels.memory, bytes);
  return new Uint8Array(byteKernels.memory.buffer, 0, bytes);
}

/** What a resize reads, and how it weights that. */
interface Plan {
  readonly image: RgbImage;
  /** The pixels that the box touches. */
  readonly cover: Box;
  readonly width: number;
  readonly height: number;
  readonly across: AxisWeights;
  readonly down: AxisWeights;
}

function planOf(image: RgbImage, box: Box, width: number, height: number, filter: Filter, mirror: boolean): Plan {
  const [left, top] = [Math.floor(box.left), Math.floor(box.top)];
  const right = Math.min(image.width, Math.ceil(box.left + box.width));
  const bottom = Math.min(image.height, Math.ceil(box.top + box.height));
  const cover = { left, top, width: right - left, height: bottom - top };
  const horizontal = { start: box.left - left, length: box.width };
  const vertical = { start: box.top - top, length: box.height };
  return {
    image,
    cover,
    width,
    height,
    across: axisWeights(horizontal, cover.width, width, filter, mirror),
    down: axisWeights(vertical, cover.height, height, filter),
  };
}

function resampleToFloats(target: Float32Array, { image, cover, width, height, across, down }: Plan): void {
  const { memory, mixRows, mixPixels } = floatKernels;
  const rowBytes = cover.width * 3;
  const { reserve, reserved } = addresses();
  const weightsDownAt = reserve(down.weights.byteLength);
  const weightsAcrossAt = reserve(across.weights.byteLength);
  const startsAt = reserve(across.starts.byteLength);
  const rowAt = reserve(rowBytes * 4);
  const sourceAt = reserve(rowBytes * cover.height);
  const resultAt = reserve(target.byteLength);
  grow(memory, reserved());

  new Float32Array(memory.buffer, weightsDownAt).set(down.weights);
  new Float32Array(memory.buffer, weightsAcrossAt).set(across.weights);
  new Int32Array(memory.buffer, startsAt).set(across.starts.map((start) => start * 12));
  copyBox(new Uint8Array(memory.buffer, sourceAt), image, cover);
  for (let y = 0; y < height; y++) {
    const source = sourceAt + down.starts[y]! * rowBytes;
    mixRows(rowAt, source, weightsDownAt + y * down.taps * 4, rowBytes, down.taps, rowBytes);
    mixPixels(resultAt + y * width * 4, rowAt, startsAt, weightsAcrossAt, across.taps, width * height * 4, width);
  }
  target.set(new Float32Array(memory.buffer, resultAt, target.length));
}

function resampleToBytes(target: Uint8Array, { image, cover, width, height, across, down }: Plan): void {
  const { memory, mixAcross, mixDown } = byteKernels;
  const [acrossWeights, downWeights] = [fixedPoint(across), fixedPoint(down)];
  const [acrossTaps, downTaps] = [acrossWeights.length / width, downWeights.length / height];
  const isInPlace = image.data.buffer === memory.buffer; // see pictureMemory
  const [rowBytes, narrowBytes, plane] = [(isInPlace ? image : cover).width * 3, width * 4, width * height];
  const starts = new Int32Array(Math.ceil(width / pixelsAtOnce) * pixelsAtOnce);
  for (let x = 0; x < width; x++) starts[x] = across.starts[x]! * 3;
  const { reserve, reserved } = addresses(isInPlace ? image.data.length : 0);
  const acrossAt = reserve(starts.length * acrossTaps * 2);
  const downAt = reserve(downWeights.byteLength);
  const startsAt = reserve(starts.byteLength);
  // Taps of weight zero may lie beyond the end.
  const sourceAt = isInPlace
    ? cover.top * rowBytes + cover.left * 3
    : reserve(rowBytes * cover.height + 3 * acrossTaps);
  const narrowAt = reserve(narrowBytes * (cover.height + downTaps));
  const planes = [0, 1, 2].map(() => reserve(plane));
  grow(memory, reserved());

  new Int16Array(memory.buffer, acrossAt).set(acrossWeights);
  new Int16Array(memory.buffer, downAt).set(downWeights);
  new Int32Array(memory.buffer, startsAt).set(starts);
  if (!isInPlace) copyBox(new Uint8Array(memory.buffer, sourceAt), image, cover);
  for (let y = 0; y < cover.height; y++)
    mixAcross(narrowAt + y * narrowBytes, sourceAt + y * rowBytes, startsAt, acrossAt, acrossTaps, width);
  const planeStride = planes[1]! - planes[0]!;
  for (let y = 0; y < height; y++) {
    const source = narrowAt + down.starts[y]! * narrowBytes;
    mixDown(planes[0]! + y * width, source, downAt + y * downTaps * 2, narrowBytes, downTaps, planeStride, width);
  }
  planes.forEach((at, channel) => target.set(new Uint8Array(memory.buffer, at, plane), channel * plane));
}

/** Weights as integers that sum to exactly one, so that a flat colour stays; padded with zeros to as many taps as the kernels want. */
function fixedPoint({ weights, taps }: AxisWeights): Int16Array {
  const one = 1 << weightBits;
  const padded = Math.ceil(taps / tapsAtOnce) * tapsAtOnce;
  const count = weights.length / taps;
  const fixed = new Int16Array(count * padded);
  for (let i = 0; i < count; i++) {
    let [rest, largest] = [one, i * padded];
    for (let t = 0; t < taps; t++) {
      const place = i * padded + t;
      const weight = Math.round(weights[i * taps + t]! * one);
      fixed[place] = weight;
      rest -= weight;
      if (weight > fixed[largest]!) largest = place;
    }
    fixed[largest]! += rest;
  }
  return fixed;
}

/** Addresses for arrays one after the other, each aligned and with room behind it for vectors that reach over its end; the first bytes are taken. */
function addresses(taken = 0): { reserve: (bytes: number) => number; reserved: () => number } {
  let end = 0;
  const reserve = (bytes: number): number => {
    const address = end;
    end = Math.ceil((address + bytes + 32) / 16) * 16;
    return address;
  };
  reserve(taken);
  return { reserve, reserved: () => end };
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
