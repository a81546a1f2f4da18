import { createHash } from "node:crypto";
import { mkdir, rename, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { FoveaError, InputError } from "../../platform/error.ts";
import { writeAtomic } from "../../platform/node/files.ts";
import type { RgbImage } from "../../platform/platform.ts";
import { lockDestination } from "../formats/lock-destination.node.ts";
import type { OnDrop, Sample } from "../sample.ts";
import { mapInOrder } from "../stream.ts";
import { AppendFile } from "./append-file.node.ts";
import { asSeen } from "./as-seen.node.ts";
import { encodeJpeg } from "./encode-jpeg.node.ts";
import { fitPicture } from "./fit-picture.ts";
import {
  encodeEntry,
  packFiles,
  type Entry,
  type Fit,
  type Manifest,
  type PackedSample,
  type RecordKind,
} from "./layout.ts";
import { toPlanes } from "./planes.ts";

/** What a pack holds, and who is told of the work. */
export interface PackOptions {
  /** Width and height of the records in pixels, of `inside` the longer of both; 224 if absent. */
  readonly side?: number;
  /** `cover` if absent. */
  readonly fit?: Fit;
  /** `raw` if absent: read as fast as memory is copied, 3 bytes a pixel. `jpeg` is some ten times smaller, and decoded when read. */
  readonly records?: RecordKind;
  /** Of JPEG records, 1 to 100; 90 if absent. */
  readonly quality?: number;
  /** Colour under transparent pixels and of borders, 0-255 RGB; white if absent. */
  readonly background?: readonly [number, number, number];
  /** Replaces a pack that is there already; never anything else. */
  readonly overwrite?: boolean;
  /** Told of every sample that is left out. */
  readonly onDrop?: OnDrop;
  /** Told after each sample how many are packed. */
  readonly onProgress?: (packed: number) => void;
  /** Ends the work; nothing of it stays. */
  readonly signal?: AbortSignal;
}

/** Pictures decoded at once: enough to keep a few cores busy. */
const inFlight = 16;

/** Ending of the folder that a pack is written in until it is whole. */
export const unfinishedEnding = ".unfinished";

/**
 * Packs the pictures of samples, of videos the first frame, with their texts, so that training reads them fast and in any order. The
 * folder appears when it is whole and on disk; until then, and after a kill, there is only `FOLDER.unfinished`, which no reader takes for
 * a pack.
 *
 * @param open begins to read the samples; what it leaves out is counted with what cannot be packed
 * @throws {InputError} PACK_EXISTS, PACK_INSIDE_RAW, DESTINATION_BUSY, DATA_EMPTY (no picture can be packed), whatever `onDrop`,
 * the samples or `signal` throw
 */
export async function packSamples(
  open: (onDrop: OnDrop) => AsyncIterable<Sample>,
  folder: string,
  options: PackOptions = {},
): Promise<Manifest> {
  const { side = 224, fit = "cover", records = "raw", overwrite = false } = options;
  if (records === "raw" && fit === "inside")
    throw new InputError(
      "PACK_INSIDE_RAW",
      folder,
      "pictures of different shapes as raw records, which have one size",
      "pack JPEG records, or choose another fit",
    );
  await using _lock = await lockDestination(folder);
  const isFree = !(await exists(folder)) || (overwrite && (await exists(join(folder, packFiles.manifest))));
  if (!isFree)
    throw new InputError(
      "PACK_EXISTS",
      folder,
      "something of this name is there",
      "choose another name; a pack, and nothing else, can be overwritten (--overwrite)",
    );
  const unfinished = `${folder}${unfinishedEnding}`;
  await rm(unfinished, { recursive: true, force: true });
  await mkdir(unfinished, { recursive: true });
  try {
    const written = await writeRecords(open, unfinished, options);
    const shape = { records, width: side, height: side, fit };
    const manifest: Manifest = { format: "fovea-pack", version: 1, ...shape, ...written };
    await writeAtomic(join(unfinished, packFiles.manifest), `${JSON.stringify(manifest, undefined, 2)}\n`);
    await rm(folder, { recursive: true, force: true });
    await rename(unfinished, folder);
    return manifest;
  } finally {
    await rm(unfinished, { recursive: true, force: true });
  }
}

type Written = Pick<Manifest, "count" | "images" | "samples" | "index" | "indexChecksum" | "dropped">;

/** Writes all files but the manifest. */
async function writeRecords(
  open: (onDrop: OnDrop) => AsyncIterable<Sample>,
  folder: string,
  options: PackOptions,
): Promise<Written> {
  const { onDrop = () => {}, onProgress = () => {}, signal } = options;
  const files: AppendFile[] = [];
  const create = async (name: string): Promise<AppendFile> => {
    const file = await AppendFile.create(join(folder, name));
    files.push(file);
    return file;
  };
  try {
    const [images, texts, index] = [
      await create(packFiles.images),
      await create(packFiles.samples),
      await create(packFiles.index),
    ];
    const dropped: Record<string, number> = {};
    const drop = (key: string, reason: string): void => {
      dropped[reason] = (dropped[reason] ?? 0) + 1;
      onDrop(key, reason);
    };
    let count = 0;
    for await (const made of mapInOrder(open(drop), inFlight, (sample) => makeRecord(sample, options))) {
      signal?.throwIfAborted();
      if ("reason" in made) {
        drop(made.key, made.reason);
        continue;
      }
      const { bytes, sample, width, height } = made;
      const line = new TextEncoder().encode(`${JSON.stringify(sample, plain)}\n`);
      const image = await images.append(bytes);
      const entry: Entry = { image, sample: await texts.append(line), width, height, group: groupOf(sample) };
      await index.append(encodeEntry(entry));
      onProgress(++count);
    }
    if (count === 0)
      throw new InputError(
        "DATA_EMPTY",
        folder,
        "there is no picture to pack",
        "check the path, and what was left out",
      );
    for (const file of files) await file.flush();
    const sizes = { images: images.bytes, samples: texts.bytes, index: index.bytes };
    return { count, ...sizes, indexChecksum: index.checksum, dropped };
  } finally {
    for (const file of files) await file.close();
  }
}

/** A picture as its record holds it, with the rest of its sample. */
interface MadeRecord {
  readonly bytes: Uint8Array;
  readonly sample: PackedSample;
  readonly width: number;
  readonly height: number;
}

/** A record, or why there is none. */
async function makeRecord(
  sample: Sample,
  options: PackOptions,
): Promise<MadeRecord | { readonly key: string; readonly reason: string }> {
  const { side = 224, fit = "cover", records = "raw", quality = 90, background } = options;
  try {
    const size = { width: side, height: side, fit, ...(background && { background }) };
    const seen = await asSeen(sample);
    const fitted = await fitPicture(seen.image, seen.boxes ?? [], size);
    const { width, height } = fitted.picture;
    return {
      bytes: await encode(fitted.picture, records, quality),
      sample: textOf(seen, fitted.boxes),
      width,
      height,
    };
  } catch (error) {
    if (!(error instanceof FoveaError)) throw error;
    return { key: sample.key, reason: error.code };
  }
}

const encode = async (picture: RgbImage, records: RecordKind, quality: number): Promise<Uint8Array> =>
  records === "raw" ? toPlanes(picture) : encodeJpeg(picture, quality);

/** A sample without its picture. */
const textOf = ({ key, captions, conversation, metadata }: Sample, boxes: Sample["boxes"] = []): PackedSample => ({
  key,
  captions: captions.map((caption) => ({ ...caption })),
  ...(boxes.length > 0 && {
    boxes: boxes.map(({ polygons, mask, ...box }) => ({
      ...box,
      ...(polygons && { polygons: polygons.map((corners) => [...corners]) }),
      ...(mask && { mask: { ...mask, counts: [...mask.counts] } }),
    })),
  }),
  ...(conversation && { conversation: conversation.map((turn) => ({ ...turn })) }),
  metadata,
});

/** Tables may hold whole numbers that JSON has no name for. */
const plain = (_: string, value: unknown): unknown =>
  typeof value !== "bigint" ? value : Number.isSafeInteger(Number(value)) ? Number(value) : String(value);

/** 48 bits that are equal for samples whose first captions are. */
function groupOf({ key, captions: [first] }: PackedSample): number {
  const text = first === undefined ? `\0${key}` : first.text.toLowerCase();
  return createHash("sha256").update(text).digest().readUIntLE(0, 6);
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}
