import type { RgbImage } from "../../platform/platform.ts";
import { resample, wholeOf } from "./resample.ts";

/** A 64-bit difference hash: two unsigned 32-bit words, the picture's upper half first. */
export type DHash = readonly [number, number];

/**
 * The difference hash of a picture: shrunk to 9 x 8 grey pixels, one bit for each pair of horizontal neighbours, set where brightness rises to the right.
 * Near-duplicates have hashes of small {@link hashDistance}.
 * @see Krawetz 2013, https://www.hackerfactor.com/blog/index.php?/archives/529-Kind-of-Like-That.html
 */
export function dHash(image: RgbImage): DHash {
  const small = resample(image, wholeOf(image), 9, 8, "box"); // [3, 8, 9]
  // Rounded, so that cells of one flat colour compare equal whatever the rounding of their sums.
  const grey = (row: number, column: number): number => {
    const at = row * 9 + column;
    return Math.round(0.299 * small[at]! + 0.587 * small[at + 72]! + 0.114 * small[at + 144]!);
  };
  const words: [number, number] = [0, 0];
  for (let bit = 0; bit < 64; bit++) {
    const [row, column] = [bit >> 3, bit & 7];
    if (grey(row, column + 1) > grey(row, column)) words[bit >> 5]! |= 1 << (31 - (bit & 31));
  }
  return [words[0] >>> 0, words[1] >>> 0];
}

/** Number of bits in which two hashes differ, 0 to 64. */
export const hashDistance = (a: DHash, b: DHash): number => popCount(a[0] ^ b[0]) + popCount(a[1] ^ b[1]);

function popCount(word: number): number {
  let count = 0;
  for (let rest = word >>> 0; rest !== 0; rest = (rest & (rest - 1)) >>> 0) count++;
  return count;
}
