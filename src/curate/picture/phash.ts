import { resampleInto, wholeOf } from "../../data/image/resample.ts";
import type { RgbImage } from "../../platform/platform.ts";

/** What near-duplicates of a picture have in common with it. */
export interface Fingerprint {
  /** 64 bits as two unsigned words: signs of the lowest frequencies. Near-duplicates differ in a few bits. */
  readonly hash: readonly [number, number];
  /** The picture at 8 x 8 pixels, RGB, row-major: 192 bytes. */
  readonly thumbnail: Uint8Array;
}

/** Side of the picture that is transformed, and of the block of low frequencies that is kept. */
const [side, low] = [32, 8];

/** `[side, low]`: the first rows of the DCT-II, transposed. */
const cosines = Float64Array.from({ length: side * low }, (_, at) =>
  Math.cos((Math.PI * (at % low) * (Math.floor(at / low) + 0.5)) / side),
);

/** Memory that one picture after the other uses: making it anew takes as long as filling it. */
const scratch = {
  /** `[3, side, side]` */
  planes: new Float32Array(3 * side * side),
  /** `[side, side]` */
  grey: new Float64Array(side * side),
  /** `[side, low]` */
  rows: new Float64Array(side * low),
  /** `[low, low]` */
  frequencies: new Float64Array(low * low),
};

/**
 * The fingerprint of a picture. The hash is the discrete cosine transform of the brightness at 32 x 32 pixels, its 8 x 8 lowest
 * frequencies, one bit each: above their median or not. The constant term always is, so it carries the bit "brighter than mid-grey".
 *
 * @see Zauner 2010, "Implementation and benchmarking of perceptual image hash functions", section 3.2.1
 */
export function fingerprintOf(image: RgbImage): Fingerprint {
  const { planes, grey } = scratch;
  resampleInto(planes, image, wholeOf(image), side, side, "triangle");
  const area = side * side;
  for (let i = 0; i < area; i++)
    grey[i] = 0.299 * planes[i]! + 0.587 * planes[i + area]! + 0.114 * planes[i + 2 * area]!;
  return { hash: hashOf(lowFrequencies(grey), grey), thumbnail: thumbnailOf(planes) };
}

/** `[low, low]` of the two-dimensional DCT, not normalised; good until the next call. */
function lowFrequencies(grey: Float64Array): Float64Array {
  const { rows, frequencies } = scratch;
  rows.fill(0); // [y, u]
  for (let y = 0; y < side; y++)
    for (let x = 0; x < side; x++)
      for (let u = 0; u < low; u++) rows[y * low + u]! += grey[y * side + x]! * cosines[x * low + u]!;
  frequencies.fill(0); // [v, u]
  for (let y = 0; y < side; y++)
    for (let v = 0; v < low; v++)
      for (let u = 0; u < low; u++) frequencies[v * low + u]! += rows[y * low + u]! * cosines[y * low + v]!;
  return frequencies;
}

function hashOf(frequencies: Float64Array, grey: Float64Array): [number, number] {
  const sorted = frequencies.slice(1).sort();
  const median = sorted[sorted.length >> 1]!;
  const words: [number, number] = [0, 0];
  let sum = 0;
  for (let i = 0; i < grey.length; i++) sum += grey[i]!;
  if (sum / grey.length > 127.5) words[0] = 1 << 31;
  // A flat picture has nothing but rounding errors in its frequencies; they must not decide.
  for (let bit = 1; bit < 64; bit++) if (frequencies[bit]! > median + 1e-6) words[bit >> 5]! |= 1 << (31 - (bit & 31));
  return [words[0] >>> 0, words[1] >>> 0];
}

/** Averages of 4 x 4 blocks. */
function thumbnailOf(planes: Float32Array): Uint8Array {
  const thumbnail = new Uint8Array(192);
  for (let channel = 0; channel < 3; channel++)
    for (let y = 0; y < 8; y++)
      for (let x = 0; x < 8; x++) {
        let sum = 0;
        for (let dy = 0; dy < 4; dy++)
          for (let dx = 0; dx < 4; dx++) sum += planes[(channel * side + 4 * y + dy) * side + 4 * x + dx]!;
        thumbnail[(y * 8 + x) * 3 + channel] = Math.round(sum / 16);
      }
  return thumbnail;
}

/** Root mean square difference of two thumbnails, 0 to 255. */
export function thumbnailDistance(a: Uint8Array, b: Uint8Array): number {
  let squares = 0;
  for (let i = 0; i < a.length; i++) squares += (a[i]! - b[i]!) ** 2;
  return Math.sqrt(squares / a.length);
}
