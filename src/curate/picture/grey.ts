import type { RgbImage } from "../../platform/platform.ts";

/** Brightness of each pixel, 0 to 255 (ITU-R BT.601 luma, rounded). */
export function greyOf({ data, width, height }: RgbImage): Uint8Array {
  const grey = new Uint8Array(width * height);
  // 16-bit fixed point of 0.299, 0.587 and 0.114; they add up to 65536
  for (let i = 0, at = 0; i < grey.length; i++, at += 3)
    grey[i] = (19595 * data[at]! + 38470 * data[at + 1]! + 7471 * data[at + 2]! + 32768) >> 16;
  return grey;
}
