import type { RgbImage } from "../../platform/platform.ts";
import { grown, pixelsOf, type RotatedBox } from "./rotated-box.ts";

/** How far around a region its surroundings go: this share of its shorter side, at least 2 pixels. */
const surroundings = 0.25;

/**
 * Paints over regions: each gets the mean colour of the pixels that surround it and belong to no region; the mean of the whole picture
 * where there are none.
 * @see Maini et al. 2023 (T-MARS), https://arxiv.org/abs/2307.03132, section 4
 */
export function maskRegions(picture: RgbImage, regions: readonly RotatedBox[]): RgbImage {
  const { width, height } = picture;
  const isMasked = new Uint8Array(width * height);
  for (const region of regions) for (const [x, y] of pixelsOf(region, picture)) isMasked[y * width + x] = 1;
  const data = picture.data.slice();
  for (const region of regions) {
    const by = Math.max(2, surroundings * Math.min(region.width, region.height));
    const colour =
      meanColour(picture, pixelsOf(grown(region, by), picture), (at) => isMasked[at] === 0) ??
      meanColour(picture, everyPixel(picture), () => true)!;
    for (const [x, y] of pixelsOf(region, picture)) data.set(colour, 3 * (y * width + x));
  }
  return { data, width, height };
}

/** Share of a picture that regions cover, 0 to 1; where they overlap, once. */
export function coveredShare(regions: readonly RotatedBox[], picture: { width: number; height: number }): number {
  const covered = new Set<number>();
  for (const region of regions) for (const [x, y] of pixelsOf(region, picture)) covered.add(y * picture.width + x);
  return covered.size / (picture.width * picture.height);
}

function meanColour(
  { data, width }: RgbImage,
  pixels: Iterable<readonly [x: number, y: number]>,
  counts: (at: number) => boolean,
): [number, number, number] | undefined {
  let [red, green, blue, count] = [0, 0, 0, 0];
  for (const [x, y] of pixels) {
    const at = y * width + x;
    if (!counts(at)) continue;
    red += data[3 * at]!;
    green += data[3 * at + 1]!;
    blue += data[3 * at + 2]!;
    count++;
  }
  return count === 0 ? undefined : [Math.round(red / count), Math.round(green / count), Math.round(blue / count)];
}

function* everyPixel({ width, height }: RgbImage): Generator<[x: number, y: number]> {
  for (let y = 0; y < height; y++) for (let x = 0; x < width; x++) yield [x, y];
}
