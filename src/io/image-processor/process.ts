import type { Platform, RgbImage } from "../../platform/platform.ts";
import type { ImageProcessor, ResizeRule } from "./config.ts";
import { resizeImage, type Rectangle, type Size } from "./resample.ts";

/**
 * Resizes and crops a picture as the processor says, equal to the reference processor (Pillow) bit for bit.
 * Rescaling and normalising are left to the graph, or to {@link normalizePixels}.
 */
export function processImage(image: RgbImage, { resize, crop }: ImageProcessor): RgbImage {
  const full = resize ? resizedSize(image, resize.rule) : image;
  if (!resize || (full.width === image.width && full.height === image.height))
    return crop ? cut(image, centered(crop, full)) : image;
  if (!crop) return resizeImage(image, full, resize.filter);
  const wanted = centered(crop, full);
  const visible = overlap(wanted, full);
  const part = resizeImage(image, full, resize.filter, visible);
  return cut(part, { ...wanted, left: wanted.left - visible.left, top: wanted.top - visible.top });
}

/**
 * How {@link loadImage} resizes: as Pillow to the bit, or as the codec does while decoding: faster, and off by a few grey
 * levels, or by up to half a pixel where it enlarges or crops.
 */
export type ResizeMode = "exact" | "fast";

/**
 * Decodes and processes the bytes of a picture.
 *
 * @param mode `fast` falls back to `exact` where the codec cannot do what the processor asks for.
 * @throws {InputError} what `decode` throws
 */
export async function loadImage(
  bytes: Uint8Array,
  processor: ImageProcessor,
  mode: ResizeMode,
  decode: Platform["decodeImage"],
): Promise<RgbImage> {
  const resize = mode === "fast" ? codecResize(processor) : undefined;
  if (!resize) return processImage(await decode(bytes), processor);
  const image = await decode(bytes, { resize });
  return processor.crop ? cut(image, centered(processor.crop, image)) : image;
}

/** The resize that the codec can do in the processor's place: to a fixed size, or to a shorter edge of which the centre is kept. */
function codecResize({ resize, crop }: ImageProcessor): (Size & { fit: "fill" | "cover" }) | undefined {
  if (resize?.rule.kind === "exact") return { ...resize.rule.size, fit: "fill" };
  if (resize?.rule.kind !== "shortest-edge" || !crop) return undefined;
  const { edge } = resize.rule;
  return Math.max(crop.width, crop.height) <= edge ? { width: edge, height: edge, fit: "cover" } : undefined;
}

function resizedSize({ width, height }: Size, rule: ResizeRule): Size {
  if (rule.kind === "exact") return rule.size;
  const { edge } = rule;
  if (rule.kind === "shortest-edge") {
    if (width <= height) return { width: edge, height: Math.trunc((edge * height) / width) };
    return { width: Math.trunc((edge * width) / height), height: edge };
  }
  const scale = edge / Math.min(width, height);
  const longest = Math.trunc((1333 / 800) * edge);
  const bound = Math.min(1, longest / (scale * Math.max(width, height)));
  const fit = (length: number) => {
    const pixels = Math.trunc(length * scale * bound + 0.5);
    return Math.max(pixels - (pixels % rule.divisor), rule.divisor); // a very long picture would get no pixel
  };
  return { width: fit(width), height: fit(height) };
}

/** Where a rectangle of a size lies in the middle of a picture; it may stick out. */
const centered = (size: Size, picture: Size): Rectangle => ({
  left: Math.floor((picture.width - size.width) / 2),
  top: Math.floor((picture.height - size.height) / 2),
  width: size.width,
  height: size.height,
});

/** The part of a rectangle that lies in a picture. */
function overlap({ left, top, width, height }: Rectangle, picture: Size): Rectangle {
  const start = { left: Math.max(left, 0), top: Math.max(top, 0) };
  return {
    ...start,
    width: Math.min(left + width, picture.width) - start.left,
    height: Math.min(top + height, picture.height) - start.top,
  };
}

/** A rectangle of a picture, black where it sticks out. */
function cut(image: RgbImage, rectangle: Rectangle): RgbImage {
  const { left, top, width, height } = rectangle;
  if (width === image.width && height === image.height) return image;
  const data = new Uint8Array(width * height * 3);
  const visible = overlap(rectangle, image);
  for (let y = visible.top; y < visible.top + visible.height; y++) {
    const from = (y * image.width + visible.left) * 3;
    data.set(image.data.subarray(from, from + visible.width * 3), ((y - top) * width + visible.left - left) * 3);
  }
  return { data, width, height };
}
