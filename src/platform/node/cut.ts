import type { RgbImage } from "../platform.ts";

/** A rectangle of a picture: the picture itself if it is all of it. */
export function cut(
  image: RgbImage,
  { left, top, width, height }: { left: number; top: number; width: number; height: number },
): RgbImage {
  if (image.width === width && image.height === height) return image;
  const data = pixelsFor(width, height);
  for (let y = 0; y < height; y++) {
    const start = ((top + y) * image.width + left) * 3;
    data.set(image.data.subarray(start, start + width * 3), y * width * 3);
  }
  return { data, width, height };
}

/** Memory for RGB pixels that is not cleared first: all of it is to be written. */
export const pixelsFor = (width: number, height: number): Uint8Array =>
  new Uint8Array(Buffer.allocUnsafeSlow(width * height * 3).buffer);
