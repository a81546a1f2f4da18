import type { RgbImage } from "../../platform/platform.ts";
import type { RotatedBox } from "./rotated-box.ts";

/** A box counts as upright text, written downwards, from this ratio of height to width on (as in PP-OCR). */
const uprightFrom = 1.5;

/** Width of the strip of a box at a height, pixels. */
export function stripWidth(box: RotatedBox, height: number): number {
  const ratio = isUpright(box) ? box.height / box.width : box.width / box.height;
  return Math.max(1, Math.ceil(height * ratio));
}

/**
 * Cuts a box out of a picture as a level strip; upright text is turned by a quarter.
 * @returns blue, green and red planes `[3, height, width]`, 0 to 255; beyond the picture its edge goes on
 */
export function cutStrip(picture: RgbImage, box: RotatedBox, width: number, height: number): Float32Array {
  const [cos, sin] = [Math.cos(box.angle), Math.sin(box.angle)];
  const upright = isUpright(box);
  const samples = Math.max(1, Math.round((upright ? box.width : box.height) / height)); // a side: shrinking must not alias
  const strip = new Float32Array(3 * height * width);
  const planes = [2, 1, 0]; // of red, green, blue
  for (let row = 0; row < height; row++)
    for (let column = 0; column < width; column++)
      for (let s = 0; s < samples * samples; s++) {
        const along = (column + ((s % samples) + 0.5) / samples) / width - 0.5; //             of the text, -0.5 to 0.5
        const down = (row + (Math.floor(s / samples) + 0.5) / samples) / height - 0.5;
        const u = (upright ? -down : along) * box.width;
        const v = (upright ? along : down) * box.height;
        for (let channel = 0; channel < 3; channel++)
          strip[(planes[channel]! * height + row) * width + column]! +=
            sample(picture, box.x + u * cos - v * sin, box.y + u * sin + v * cos, channel) / (samples * samples);
      }
  return strip;
}

const isUpright = (box: RotatedBox): boolean => box.height >= uprightFrom * box.width;

/** Bilinear. */
function sample({ data, width, height }: RgbImage, x: number, y: number, channel: number): number {
  const [cx, cy] = [Math.min(Math.max(x, 0), width - 1), Math.min(Math.max(y, 0), height - 1)];
  const [left, top] = [Math.floor(cx), Math.floor(cy)];
  const [right, bottom] = [Math.min(left + 1, width - 1), Math.min(top + 1, height - 1)];
  const [fx, fy] = [cx - left, cy - top];
  const at = (px: number, py: number): number => data[(py * width + px) * 3 + channel]!;
  const upper = at(left, top) * (1 - fx) + at(right, top) * fx;
  const lower = at(left, bottom) * (1 - fx) + at(right, bottom) * fx;
  return upper * (1 - fy) + lower * fy;
}
