import { platform } from "#platform";
import type { DecodeOptions, RgbImage } from "../platform/platform.ts";

/** A text that goes with a picture. */
export interface Caption {
  readonly text: string;
  /** BCP 47 tag, e.g. `en` or `ko`; absent if the data does not say. */
  readonly language?: string;
  /** Where the text comes from, e.g. `alt-text` or the name of the model that wrote it; absent if the data does not say. */
  readonly provenance?: string;
}

/**
 * Something that a picture shows, and where. Coordinates are pixels of the picture as it is seen and as every decoder here gives it: EXIF's
 * orientation is applied. The field is divided: annotators in browsers, OpenCV, Detectron2 and FiftyOne show and load the upright picture,
 * pycocotools and torchvision the pixels as they are stored.
 */
export interface Box {
  readonly label: string;
  /** Left edge. */
  readonly x: number;
  /** Top edge. */
  readonly y: number;
  readonly width: number;
  readonly height: number;
  /** Outlines of the thing, each a list of corners `x, y, x, y, ...`. */
  readonly polygons?: readonly (readonly number[])[];
  /** Its pixels, where outlines do not tell them. */
  readonly mask?: RunLengths;
  /** Whether it stands for several things that were not told apart (COCO's `iscrowd`). */
  readonly isCrowd?: boolean;
}

/** A mask of the size of its picture as COCO writes it: lengths of runs, column by column, outside and inside in turn, outside first. */
export interface RunLengths {
  readonly width: number;
  readonly height: number;
  readonly counts: readonly number[];
}

/** One turn of a conversation about the picture. */
export interface Turn {
  readonly role: "system" | "user" | "assistant";
  readonly text: string;
}

/** A picture still in its file: read when it is needed, so that a list of a million samples stays small. */
export interface EncodedFile {
  /** The file's bytes (PNG, JPEG, WebP, ...). @throws {InputError} FILE_NOT_READABLE */
  readonly read: () => Promise<Uint8Array>;
  /** Its path or URL; absent if it is no file of its own, e.g. in an archive. */
  readonly at?: string;
}

/** A picture in one of the states a reader may have it: in its file, as file bytes in memory, or decoded. */
export type SampleImage = EncodedFile | Uint8Array | RgbImage;

/** One picture, or a few frames, with its texts: what every reader of image-text data yields. */
export interface Sample {
  /** Names the sample in messages and in the list of dropped ones; unique within its data set. */
  readonly key: string;
  /** The picture; of a video the first frame. */
  readonly image: SampleImage;
  /** All frames of a video in order, the first one included. */
  readonly frames?: readonly SampleImage[];
  /** None is blank. At least one, unless the reader was asked to keep samples without. */
  readonly captions: readonly Caption[];
  readonly boxes?: readonly Box[];
  readonly conversation?: readonly Turn[];
  /** Whatever else the data says of the sample: other columns, the JSON side file. */
  readonly metadata: Readonly<Record<string, unknown>>;
}

/** A text in which pictures stand where they stood on the page (OBELICS, MMC4): parts in reading order. */
export interface InterleavedDocument {
  /** Names the document in messages; unique within its data set. */
  readonly key: string;
  readonly parts: readonly (TextPart | ImagePart)[];
  readonly metadata: Readonly<Record<string, unknown>>;
}

/** A paragraph of an {@link InterleavedDocument}. */
export interface TextPart {
  readonly kind: "text";
  readonly text: string;
}

/** A picture of an {@link InterleavedDocument}. */
export interface ImagePart {
  readonly kind: "image";
  /** Absent if the data gives nothing but the address. */
  readonly image?: SampleImage;
  readonly url?: string;
  readonly alt?: string;
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
