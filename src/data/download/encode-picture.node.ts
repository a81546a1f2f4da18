import sharp, { type Sharp } from "sharp";
import { DownloadFailure } from "./outcome.ts";
import { planResize, type Size } from "./resize-plan.ts";
import type { DownloadSettings } from "./settings.ts";

// As where pictures are decoded: one thread a picture, several pictures at once.
sharp.concurrency(1);
sharp.cache(false);

/** Which pictures are taken, and how they are kept. */
export type PictureRules = Pick<
  DownloadSettings,
  "resize" | "size" | "encoding" | "quality" | "minSide" | "maxAspect" | "maxPixels"
>;

/** A picture as it is kept. */
export interface EncodedPicture extends Size {
  readonly bytes: Uint8Array;
  /** Before resizing, upright. */
  readonly original: Size;
}

/** Seconds that the decoder may take for one picture. */
const decodeSeconds = 30;

/**
 * Checks a picture and brings it into the form in which it is kept: upright, in sRGB, without transparency (white behind it) and without
 * EXIF data, which may say where and by whom it was taken. With `original` it is decoded all the same, to see that it is whole.
 *
 * @throws {DownloadFailure} PICTURE_BROKEN, TOO_MANY_PIXELS, TOO_SMALL, ASPECT_RATIO
 */
export async function encodePicture(file: Uint8Array, rules: PictureRules): Promise<EncodedPicture> {
  try {
    const { autoOrient: original } = await sharp(file, { limitInputPixels: false }).metadata();
    checkSize(original, rules);
    const plan = planResize(original, rules.resize, rules.size);
    const picture = sharp(file, { limitInputPixels: rules.maxPixels, failOn: "warning", autoOrient: true })
      .timeout({ seconds: decodeSeconds })
      .flatten({ background: "white" })
      .resize({ ...plan.scaled, fit: "fill", kernel: "lanczos3" })
      .toColourspace("srgb");
    if (rules.encoding === "original") {
      await picture.resize(8, 8, { fit: "fill" }).raw().toBuffer();
      return { bytes: file, ...original, original };
    }
    const bytes = await encode(fitCanvas(picture, plan.scaled, plan.canvas), rules.encoding, rules.quality).toBuffer();
    return { bytes, ...plan.canvas, original };
  } catch (error) {
    if (error instanceof DownloadFailure) throw error;
    const [line = ""] = String(error instanceof Error ? error.message : error)
      .trim()
      .split("\n");
    throw new DownloadFailure("PICTURE_BROKEN", line);
  }
}

function checkSize({ width, height }: Size, { maxPixels, minSide, maxAspect }: PictureRules): void {
  const found = `${width} x ${height} pixels`;
  const [short, long] = [Math.min(width, height), Math.max(width, height)];
  if (width * height > maxPixels) throw new DownloadFailure("TOO_MANY_PIXELS", `${found}, the limit is ${maxPixels}`);
  if (short < minSide) throw new DownloadFailure("TOO_SMALL", `${found}, the limit is ${minSide}`);
  if (long > maxAspect * short) throw new DownloadFailure("ASPECT_RATIO", `${found}, the limit is ${maxAspect} to 1`);
}

/** Cuts out the middle, or puts white round it. */
function fitCanvas(picture: Sharp, scaled: Size, canvas: Size): Sharp {
  const [spareX, spareY] = [scaled.width - canvas.width, scaled.height - canvas.height];
  if (spareX === 0 && spareY === 0) return picture;
  const [left, top] = [Math.floor(Math.abs(spareX) / 2), Math.floor(Math.abs(spareY) / 2)];
  if (spareX > 0 || spareY > 0) return picture.extract({ left, top, ...canvas });
  return picture.extend({ left, top, right: -spareX - left, bottom: -spareY - top, background: "white" });
}

function encode(picture: Sharp, encoding: "jpeg" | "webp" | "png", quality: number): Sharp {
  if (encoding === "jpeg") return picture.jpeg({ quality });
  return encoding === "webp" ? picture.webp({ quality }) : picture.png();
}
