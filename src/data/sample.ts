import { platform } from "#platform";
import type { DecodeOptions, RgbImage } from "../platform/platform.ts";

/** A text that goes with a picture. */
export interface Caption {
  readonly text: string;
  /** BCP 47 tag, e.g. `en` or `ko`; absent if the data does not say. */
  readonly language?: string;
}

/** A picture still in its file: read when it is needed, so that a list of a million samples stays small. */
export interface EncodedFile {
  /** The file's bytes (PNG, JPEG, WebP, ...). @throws {InputError} FILE_NOT_READABLE */
  readonly read: () => Promise<Uint8Array>;
}

/** A picture in one of the states a reader may have it: in its file, as file bytes in memory, or decoded. */
export type SampleImage = EncodedFile | Uint8Array | RgbImage;

/** One picture with its texts: what every reader of image-text data yields. */
export interface Sample {
  /** Names the sample in messages and in the list of dropped ones; unique within its data set. */
  readonly key: string;
  readonly image: SampleImage;
  /** At least one; none is blank. */
  readonly captions: readonly Caption[];
  /** Whatever else the data says of the sample: other columns, the JSON side file. */
  readonly metadata: Readonly<Record<string, unknown>>;
}

/** Told of every sample that is left out: its key and an upper-case reason such as `CAPTION_EMPTY`. */
export type OnDrop = (key: string, reason: string) => void;

/**
 * The decoded picture of a sample.
 * @throws {InputError} FILE_NOT_READABLE, IMAGE_NOT_DECODABLE, IMAGE_TOO_LARGE
 */
export async function decodeSample(image: SampleImage, options?: DecodeOptions): Promise<RgbImage> {
  if (image instanceof Uint8Array) return platform.decodeImage(image, options);
  if ("read" in image) return platform.decodeImage(await image.read(), options);
  return image;
}

/** The captions in the lines of a text file: one a line, blank lines skipped, surrounding space removed. */
export function captionLines(text: string): Caption[] {
  return text
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter((line) => line !== "")
    .map((line) => ({ text: line }));
}
