import { platform } from "#platform";
import type { RgbImage } from "../../platform/platform.ts";
import { resample } from "../image/resample.ts";
import { jpegSize } from "../loader/decode-part.ts";
import type { PictureSize } from "../loader/pair-source.ts";
import type { Box, SampleImage } from "../sample.ts";
import type { Fit } from "./layout.ts";
import { place, placeBoxes, type Placement } from "./place.ts";
import { fromPlanes } from "./planes.ts";

/** What a record's picture is to be. */
export interface FitOptions extends PictureSize {
  readonly fit: Fit;
  /** Colour under transparent pixels and of borders, 0-255 RGB; white if absent. */
  readonly background?: readonly [number, number, number];
}

/** A picture at its size in the pack, with its boxes. */
export interface FittedPicture {
  readonly picture: RgbImage;
  readonly boxes: readonly Box[];
}

/**
 * Brings a picture to the size of a record. JPEG files are decoded at the smallest scale that is enough.
 * @throws {InputError} FILE_NOT_READABLE, IMAGE_NOT_DECODABLE, IMAGE_TOO_LARGE
 */
export async function fitPicture(
  image: SampleImage,
  boxes: readonly Box[],
  options: FitOptions,
): Promise<FittedPicture> {
  const { width, height, fit, background } = options;
  const decoding = background ? { background } : {};
  if (!(image instanceof Uint8Array) && "data" in image) return fitPixels(image, boxes, options);
  const bytes = image instanceof Uint8Array ? image : await image.read();
  const size = jpegSize(bytes); // other headers may not tell whether the picture is turned
  if (size === undefined) {
    const isDirect = (fit === "cover" || fit === "fill") && boxes.length === 0;
    if (!isDirect) return fitPixels(await platform.decodeImage(bytes, decoding), boxes, options);
    return { picture: await platform.decodeImage(bytes, { ...decoding, resize: { width, height, fit } }), boxes: [] };
  }
  const to = place(size, options, fit);
  const resize = fit === "cover" ? { width, height, fit } : { ...to.scaled, fit: "fill" as const };
  const decoded = await platform.decodeImage(bytes, { ...decoding, resize });
  const picture = fit === "contain" ? withBorders(decoded, to, background) : decoded;
  return { picture, boxes: placeBoxes(boxes, size, to) };
}

function fitPixels(image: RgbImage, boxes: readonly Box[], options: FitOptions): FittedPicture {
  const to = place(image, options, options.fit);
  const [visibleWidth, visibleHeight] = [Math.min(to.width, to.scaled.width), Math.min(to.height, to.scaled.height)];
  // The part of the picture that is seen, in its own whole pixels.
  const part = (seen: number, scaled: number, of: number): number =>
    Math.max(1, Math.min(of, Math.round((seen / scaled) * of)));
  const width = part(visibleWidth, to.scaled.width, image.width);
  const height = part(visibleHeight, to.scaled.height, image.height);
  const box = {
    left: Math.floor((image.width - width) / 2),
    top: Math.floor((image.height - height) / 2),
    width,
    height,
  };
  const planes = Uint8Array.from(
    resample(image, box, visibleWidth, visibleHeight, "triangle"),
    (value) => value + 0.5, // values are at most 255: truncation rounds them
  );
  const picture = fromPlanes(planes, visibleWidth, visibleHeight);
  return {
    picture: options.fit === "contain" ? withBorders(picture, to, options.background) : picture,
    boxes: placeBoxes(boxes, image, to),
  };
}

/** Puts a picture onto a background. */
function withBorders(
  picture: RgbImage,
  { width, height, left, top }: Placement,
  background: readonly [number, number, number] = [255, 255, 255],
): RgbImage {
  const data = new Uint8Array(3 * width * height);
  for (let i = 0; i < data.length; i++) data[i] = background[i % 3]!;
  for (let y = 0; y < picture.height; y++) {
    const row = picture.data.subarray(3 * y * picture.width, 3 * (y + 1) * picture.width);
    data.set(row, 3 * ((top + y) * width + left));
  }
  return { data, width, height };
}
