import { createHash } from "node:crypto";
import sharp, { type Metadata } from "sharp";
import type { SampleImage } from "../data/sample.ts";
import type { RgbImage } from "../platform/platform.ts";
import { exifDate } from "./exif-date.ts";

/** A picture that was read, and what its bytes say without decoding it. */
export interface PictureFacts {
  readonly image: Uint8Array | RgbImage;
  /** Of the file; `null` if the picture came decoded. */
  readonly bytes: number | null;
  /** Pixels, as it is shown; `null` if the header cannot be read. */
  readonly width: number | null;
  readonly height: number | null;
  /** Milliseconds since 1970; `null` if it does not say. */
  readonly taken: number | null;
  /** SHA-256 of the bytes or pixels, its first 24 hexadecimal digits. */
  readonly digest: string;
}

/** Reads a picture. @throws {InputError} FILE_NOT_READABLE */
export async function readFacts(image: SampleImage): Promise<PictureFacts> {
  if (!(image instanceof Uint8Array) && "data" in image) {
    const { data, width, height } = image;
    return { image, bytes: null, width, height, taken: null, digest: digestOf(data, `${width}x${height}`) };
  }
  const bytes = image instanceof Uint8Array ? image : await image.read();
  const header = await headerOf(bytes);
  return {
    image: bytes,
    bytes: bytes.length,
    width: header?.autoOrient.width ?? null,
    height: header?.autoOrient.height ?? null,
    taken: (header?.exif && exifDate(header.exif)) ?? null,
    digest: digestOf(bytes),
  };
}

/** What a picture's header says; `undefined` if that cannot be read. */
async function headerOf(bytes: Uint8Array): Promise<Metadata | undefined> {
  try {
    return await sharp(bytes, { limitInputPixels: false }).metadata();
  } catch {
    return undefined; // decoding says why; of no bytes at all sharp throws before it begins
  }
}

const digestOf = (data: Uint8Array, salt = ""): string =>
  createHash("sha256").update(salt).update(data).digest("hex").slice(0, 24);
