import sharp, { type Metadata, type Sharp } from "sharp";
import { InputError } from "../../../platform/error.ts";
import { reasonOf } from "../../../platform/node/files.ts";
import { imageSize } from "../../../platform/web/image-size.ts";
import { pictureFormat } from "../../download/picture-format.ts";
import { moveBox, resizeMap, turnOfBoxes, uprightMap, type Extents } from "../../move-boxes.ts";
import type { Sample, SampleImage } from "../../sample.ts";
import type { PreparedPicture, PreparedSample } from "./sample-sink.ts";
import { checkWhole } from "./whole-picture.ts";

/** What is done to pictures on the way; as they are if absent. */
export interface PictureOptions {
  /** Pictures whose longer side is larger are reduced to this, in pixels; boxes and masks with them. */
  readonly maxSide?: number;
  /** Encodes every picture again. */
  readonly encode?: "jpeg" | "png" | "webp";
  /** Of JPEG and WebP, 1 to 100; 90 if absent. */
  readonly quality?: number;
}

/** Largest picture that is decoded: 2^28, a quarter of a gigapixel. */
const maxPixels = 2 ** 28;

/**
 * A sample with its pictures as they are to be written. Without options files stay as they are, byte by byte; SVG and decoded pictures
 * become PNG. What is encoded again is upright. Boxes, outlines and masks are those of the picture as it is seen at its new size.
 *
 * Boxes of pixels that EXIF turns by a quarter are turned with them ({@link turnOfBoxes}).
 *
 * @throws {InputError} FILE_NOT_READABLE, IMAGE_NOT_DECODABLE, also if a file is not whole ({@link checkWhole})
 */
export async function prepareSample(sample: Sample, options: PictureOptions): Promise<PreparedSample> {
  const { image, frames = [image], boxes, ...rest } = sample;
  const [first, ...others] = await Promise.all(frames.map((frame) => preparePicture(frame, sample.key, options)));
  if (first === undefined)
    throw new InputError("IMAGE_NOT_DECODABLE", sample.key, "it has an empty list of frames", "remove the sample");
  const { picture, stored, orientation } = first;
  const turn = boxes && turnOfBoxes(rest.metadata, stored, orientation);
  const { to: seen } = uprightMap(stored, orientation);
  const isSame = seen.width === picture.width && seen.height === picture.height;
  const maps = [...(turn ? [turn] : []), ...(isSame ? [] : [resizeMap(seen, picture)])];
  return {
    ...rest,
    ...(turn && { metadata: { ...rest.metadata, ...turn.to } }),
    pictures: [picture, ...others.map((other) => other.picture)],
    ...("read" in image && image.at !== undefined && { at: image.at }),
    ...(boxes && { boxes: boxes.map((box) => maps.reduce(moveBox, box)) }),
  };
}

interface Prepared {
  /** Its extents are those that are seen. */
  readonly picture: PreparedPicture;
  /** Extents of the pixels that the source has. */
  readonly stored: Extents;
  /** EXIF's, of the source. */
  readonly orientation: number;
}

async function preparePicture(image: SampleImage, key: string, options: PictureOptions): Promise<Prepared> {
  const isDecoded = !(image instanceof Uint8Array) && !("read" in image);
  const bytes = isDecoded ? image.data : image instanceof Uint8Array ? image : await image.read();
  try {
    const format = isDecoded ? undefined : pictureFormat(bytes);
    if (format !== undefined) checkWhole(bytes, format);
    const raw = isDecoded ? { raw: { width: image.width, height: image.height, channels: 3 as const } } : {};
    const source = sharp(bytes, { limitInputPixels: maxPixels, failOn: "error", ...raw });
    const header = (format === "png" && plainPngHeader(bytes)) || (await source.metadata());
    const { width, height, orientation = 1, autoOrient: upright } = header;
    const from = { stored: { width, height }, orientation };
    const scale = Math.min(1, (options.maxSide ?? Infinity) / Math.max(width, height));
    if (format !== undefined && scale === 1 && options.encode === undefined)
      return { ...from, picture: { bytes, ending: endings[format], width: upright.width, height: upright.height } };
    const size = {
      width: Math.max(1, Math.round(upright.width * scale)),
      height: Math.max(1, Math.round(upright.height * scale)),
    };
    const encoding = options.encode ?? (format === "jpeg" || format === "webp" ? format : "png");
    const resized = source.autoOrient().resize({ ...size, fit: "fill", kernel: "lanczos3" });
    const encoded = await encode(scale === 1 ? source.autoOrient() : resized, encoding, options.quality ?? 90);
    return { ...from, picture: { bytes: new Uint8Array(encoded), ending: endings[encoding], ...size } };
  } catch (cause) {
    const found = cause instanceof InputError ? cause.found : reasonOf(cause).trim();
    throw new InputError("IMAGE_NOT_DECODABLE", key, found, "repair or remove the picture", { cause });
  }
}

/** The header of a PNG file without EXIF, which is sooner read here than by a decoder; `undefined` if there is EXIF, or if it is broken. */
function plainPngHeader(
  bytes: Uint8Array,
): Pick<Metadata, "width" | "height" | "orientation" | "autoOrient"> | undefined {
  const size = imageSize(bytes);
  const hasExif = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).includes("eXIf");
  return size && !hasExif ? { ...size, autoOrient: size } : undefined;
}

const endings = { jpeg: "jpg", png: "png", webp: "webp", gif: "gif", tiff: "tiff", avif: "avif" } as const;

const encode = (picture: Sharp, encoding: "jpeg" | "png" | "webp", quality: number): Promise<Buffer> =>
  encoding === "png"
    ? picture.png().toBuffer()
    : encoding === "webp"
      ? picture.webp({ quality }).toBuffer()
      : picture.flatten({ background: "white" }).jpeg({ quality }).toBuffer();
