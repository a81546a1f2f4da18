import { platform } from "#platform";
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

/**
 * EXIF's orientation, 1 to 8; those from 5 on turn the picture by a quarter.
 * @see Exif 2.32, section 4.5: the segment APP1 holds a TIFF file, whose first directory has tag 0x0112
 */
export function orientationOf(jpeg: Uint8Array): number {
  const file = new DataView(jpeg.buffer, jpeg.byteOffset, jpeg.byteLength);
  try {
    for (let at = 2; file.getUint8(at) === 0xff; at += 2 + file.getUint16(at + 2)) {
      const marker = file.getUint8(at + 1);
      if (marker === 0xda) return 1; // pixels follow
      if (marker === 0xe1 && file.getUint32(at + 4) === 0x45786966) return tiffOrientation(file, at + 10); // "Exif"
    }
  } catch (error) {
    if (!(error instanceof RangeError)) throw error; // read beyond the end
  }
  return 1;
}

function tiffOrientation(file: DataView, start: number): number {
  const isLittle = file.getUint16(start) === 0x4949;
  const directory = start + file.getUint32(start + 4, isLittle);
  const entries = file.getUint16(directory, isLittle);
  for (let i = 0; i < entries; i++) {
    const entry = directory + 2 + 12 * i;
    if (file.getUint16(entry, isLittle) === 0x0112) return file.getUint16(entry + 8, isLittle);
  }
  return 1;
}
