import { platform } from "#platform";
import { orientationOf } from "../../platform/jpeg-orientation.ts";
import { boxWithin, regionFor } from "../../platform/region.ts";
import { imageSize } from "../../platform/web/image-size.ts";
import type { PartialImage, PictureSize, Wanted } from "./pair-source.ts";

/**
 * Decodes what a batch wants of a picture. A JPEG file holds blocks of 8 x 8 pixels as frequencies: those of other parts are skipped, and
 * of those that are wanted the high frequencies, as far as nothing is enlarged. What comes of it differs from the whole picture, cropped
 * and resized, by less than 2 levels of 255 on average.
 *
 * @throws {InputError} IMAGE_NOT_DECODABLE, IMAGE_TOO_LARGE
 */
export async function decodePart(bytes: Uint8Array, wanted: Wanted): Promise<PartialImage> {
  const size = jpegSize(bytes);
  if (size === undefined) return platform.decodeImage(bytes); // other formats are decoded whole anyway
  const part = wanted.part(size);
  const region = regionFor(part, wanted);
  return { ...(await platform.decodeImage(bytes, { region })), box: boxWithin(part, region) };
}

/** Extents of a JPEG picture as it is seen, EXIF's turn included; `undefined` of other files, and if the header does not tell. */
export function jpegSize(bytes: Uint8Array): PictureSize | undefined {
  if (bytes[0] !== 0xff || bytes[1] !== 0xd8) return undefined;
  const size = imageSize(bytes);
  if (size === undefined || orientationOf(bytes) < 5) return size;
  return { width: size.height, height: size.width };
}
