import { platform } from "#platform";
import { orientationOf } from "../../platform/jpeg-orientation.ts";
import type { RgbImage } from "../../platform/platform.ts";
import { imageSize } from "../../platform/web/image-size.ts";
import type { PictureSize, Shrink } from "./pair-source.ts";

/**
 * Below this nothing is saved: sharp has libjpeg leave out half of the frequencies only from a shrink of 3 on, three quarters from 5 on,
 * and decoding a whole picture of 640 x 480 pixels took 3.1 ms of one core where its half took 3.9 ms.
 */
const leastShrink = 3;

/**
 * A decoded picture, JPEG files smaller than they are as far as `shrink` allows and time is saved.
 * @throws {InputError} IMAGE_NOT_DECODABLE, IMAGE_TOO_LARGE
 */
export async function decodeShrunk(bytes: Uint8Array, shrink: Shrink): Promise<RgbImage> {
  const size = jpegSize(bytes); // other formats are decoded whole anyway
  const by = size === undefined ? 1 : Math.floor(shrink(size));
  if (size === undefined || by < leastShrink) return platform.decodeImage(bytes);
  const [width, height] = [Math.ceil(size.width / by), Math.ceil(size.height / by)];
  return platform.decodeImage(bytes, { resize: { width, height, fit: "fill" } });
}

/** Extents of a JPEG picture as it is seen, EXIF's turn included; `undefined` of other files, and if the header does not tell. */
export function jpegSize(bytes: Uint8Array): PictureSize | undefined {
  if (bytes[0] !== 0xff || bytes[1] !== 0xd8) return undefined;
  const size = imageSize(bytes);
  if (size === undefined || orientationOf(bytes) < 5) return size;
  return { width: size.height, height: size.width };
}
