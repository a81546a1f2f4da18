import sharp, { type Sharp } from "sharp";
import { InputError } from "../error.ts";
import type { DecodeOptions, Region, RgbImage } from "../platform.ts";
import { regionFor } from "../region.ts";
import { cut } from "./cut.ts";
import { decodeJpeg, defaultMaxPixels } from "./jpeg.ts";

// One thread a picture and several pictures in flight is faster than many threads on one; a stream of pictures gains nothing from a cache.
sharp.concurrency(1);
sharp.cache(false);

type Resize = NonNullable<DecodeOptions["resize"]>;

/**
 * Decodes PNG, JPEG, WebP, GIF (first frame), TIFF, AVIF or SVG to RGB: the pixels that Pillow gives, but for CMYK and for
 * half-transparent pixels, which it rounds differently.
 *
 * EXIF orientation is applied; transparency is flattened onto `background`; 16-bit channels keep their high byte.
 * Embedded colour profiles are ignored, as in the reference pipelines that published checkpoints were trained with.
 *
 * @throws {InputError} IMAGE_NOT_DECODABLE (not a picture, truncated or corrupt), IMAGE_TOO_LARGE (refused from the header alone)
 */
export async function decodeImage(bytes: Uint8Array, options: DecodeOptions = {}): Promise<RgbImage> {
  const { resize, region, maxPixels = defaultMaxPixels } = options;
  if (resize) {
    const jpeg = await decodeJpeg(bytes, maxPixels, (size) => regionFor(shownBy(resize, size), resize));
    return jpeg ? resizePixels(jpeg, resize) : decodeWithSharp(bytes, options);
  }
  return (await decodeJpeg(bytes, maxPixels, region && (() => region))) ?? decodeWithSharp(bytes, options);
}

/** As {@link decodeImage}, by sharp alone. */
export async function decodeWithSharp(bytes: Uint8Array, options: DecodeOptions = {}): Promise<RgbImage> {
  const [r, g, b] = options.background ?? [255, 255, 255];
  const maxPixels = options.maxPixels ?? defaultMaxPixels;
  try {
    const image = sharp(bytes, { limitInputPixels: maxPixels, failOn: "error", ignoreIcc: true, autoOrient: true });
    if (options.resize) image.resize({ ...options.resize, kernel: "cubic" });
    if (options.region && options.region.shrink > 1) await shrink(image, options.region.shrink);
    const { data, info } = await image
      .flatten({ background: { r, g, b } })
      .toColourspace("srgb") // grey and palette become three channels
      .raw({ depth: "uchar" })
      .toBuffer({ resolveWithObject: true });
    const pixels = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
    const decoded = { data: pixels, width: info.width, height: info.height };
    return options.region ? cut(decoded, options.region) : decoded; // libvips would not look at the rest of the file
  } catch (cause) {
    throw await explain(cause, bytes, maxPixels);
  }
}

/** The part of a picture that its resized version shows. */
function shownBy({ width, height, fit }: Resize, size: { width: number; height: number }): Omit<Region, "shrink"> {
  if (fit === "fill") return { left: 0, top: 0, width: size.width, height: size.height };
  const scale = Math.min(size.width / width, size.height / height);
  const part = { width: Math.round(width * scale), height: Math.round(height * scale) };
  const margin = (whole: number, shown: number): number => Math.floor((whole - shown) / 2);
  return { left: margin(size.width, part.width), top: margin(size.height, part.height), ...part };
}

async function resizePixels({ data, ...size }: RgbImage, { width, height }: Resize): Promise<RgbImage> {
  const resized = await sharp(data, { raw: { ...size, channels: 3 } })
    .resize({ width, height, fit: "fill", kernel: "cubic" })
    .raw()
    .toBuffer();
  return { data: new Uint8Array(resized.buffer, resized.byteOffset, resized.byteLength), width, height };
}

/** Has a picture resized for {@link cut}. */
async function shrink(image: Sharp, by: number): Promise<void> {
  const { autoOrient } = await image.metadata();
  const [width, height] = [Math.ceil(autoOrient.width / by), Math.ceil(autoOrient.height / by)];
  image.resize({ width, height, fit: "fill", kernel: "cubic" });
}

/** PNG bytes of a picture. */
export async function encodePng({ data, width, height }: RgbImage): Promise<Uint8Array> {
  const png = await sharp(data, { raw: { width, height, channels: 3 } })
    .png()
    .toBuffer();
  return new Uint8Array(png.buffer, png.byteOffset, png.byteLength);
}

/** Turns what libvips threw into an error that says what to do. */
async function explain(cause: unknown, bytes: Uint8Array, maxPixels: number): Promise<InputError> {
  const reason = cause instanceof Error ? cause.message.trim().replaceAll(/\s*\n\s*/g, "; ") : String(cause);
  if (reason.includes("exceeds pixel limit")) {
    const { width, height } = await sharp(bytes, { limitInputPixels: false }).metadata();
    return new InputError(
      "IMAGE_TOO_LARGE",
      "decodeImage",
      `the picture has ${width} x ${height} pixels, more than the limit of ${maxPixels}`,
      "scale the file down, or raise maxPixels",
      { cause },
    );
  }
  return new InputError(
    "IMAGE_NOT_DECODABLE",
    "decodeImage",
    `${bytes.length} bytes are not a whole PNG, JPEG, WebP, GIF, TIFF, AVIF or SVG picture (${reason})`,
    "replace the file, or drop it from the data",
    { cause },
  );
}
