import { hash } from "node:crypto";
import sharp, { type SharpOptions } from "sharp";
import { InputError } from "../../platform/error.ts";
import { reasonOf } from "../../platform/node/files.ts";
import { decodeJpeg } from "../../platform/node/jpeg.ts";
import { checkJpeg } from "../../data/image/jpeg-check.ts";
import type { SampleImage } from "../../data/sample.ts";
import type { CandidatePicture } from "../stage.ts";
import { sizeFromHeader, type PictureSize } from "./header.ts";

/** Long side of the pixels that scorers see. */
const longSide = 256;

/** Larger pictures are refused from their header: libvips' own limit, 268 megapixels. Decoding streams, so memory does not grow with the size. */
const maxPixels = 16_383 ** 2;

/**
 * Opens a picture for scoring: reduced to at most 256 pixels on its long side while it is decoded, transparency on white.
 * @throws {InputError} FILE_NOT_READABLE, IMAGE_NOT_DECODABLE, IMAGE_TOO_LARGE, JPEG_CORRUPT
 */
export async function openPicture(image: SampleImage): Promise<CandidatePicture> {
  if ("data" in image)
    return reduce(image.data, image, { raw: { width: image.width, height: image.height, channels: 3 } });
  const bytes = image instanceof Uint8Array ? image : await image.read();
  const size = sizeFromHeader(bytes) ?? (await sizeByDecoder(bytes));
  if (size.width * size.height > maxPixels)
    throw new InputError(
      "IMAGE_TOO_LARGE",
      "openPicture",
      `the picture has ${size.width} x ${size.height} pixels, more than the limit of ${maxPixels}`,
      "scale the file down, or drop it from the data",
    );
  if (isJpeg(bytes)) checkJpeg(bytes);
  const isSmall = Math.max(size.width, size.height) <= longSide;
  const rgb = isSmall ? await decodeJpeg(bytes, maxPixels) : undefined; // the same pixels, several times faster
  if (rgb !== undefined) return { bytes, digest: digestOf(bytes), ...size, rgb };
  // JPEG's decoder goes on after damage, and only warns where it notices; other decoders warn of harmless oddities.
  const failOn = isJpeg(bytes) ? "warning" : "error";
  return reduce(bytes, size, { failOn, ignoreIcc: true, autoOrient: true, limitInputPixels: maxPixels });
}

const digestOf = (bytes: Uint8Array): string => hash("sha256", bytes, "hex").slice(0, 32);

const isJpeg = (bytes: Uint8Array): boolean => bytes[0] === 0xff && bytes[1] === 0xd8;

async function reduce(
  bytes: Uint8Array,
  { width, height }: PictureSize,
  options: SharpOptions,
): Promise<CandidatePicture> {
  try {
    const picture = sharp(bytes, options);
    if (Math.max(width, height) > longSide) picture.resize({ width: longSide, height: longSide, fit: "inside" });
    const { data, info } = await picture
      .flatten({ background: "white" })
      .toColourspace("srgb")
      .raw({ depth: "uchar" })
      .toBuffer({ resolveWithObject: true });
    const pixels = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
    return {
      bytes,
      digest: digestOf(bytes),
      width,
      height,
      rgb: { data: pixels, width: info.width, height: info.height },
    };
  } catch (cause) {
    throw notDecodable(bytes, cause);
  }
}

async function sizeByDecoder(bytes: Uint8Array): Promise<PictureSize> {
  try {
    const { width, height } = await sharp(bytes, { limitInputPixels: false }).metadata();
    return { width, height };
  } catch (cause) {
    throw notDecodable(bytes, cause);
  }
}

const notDecodable = (bytes: Uint8Array, cause: unknown): InputError =>
  new InputError(
    "IMAGE_NOT_DECODABLE",
    "openPicture",
    `${bytes.length} bytes are not a whole picture (${reasonOf(cause).replaceAll(/\s*\n\s*/g, "; ")})`,
    "replace the file, or drop it from the data",
    { cause },
  );
