import { closeSync, fstatSync, openSync, readSync, read as readCallback } from "node:fs";
import { readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { crc32 } from "node:zlib";
import { InputError } from "../../platform/error.ts";
import { parseJson } from "../../platform/json.ts";
import type { PictureSize, StoredPicture } from "../loader/pair-source.ts";
import { decodeEntry, entryBytes, Manifest, packFiles, PackedSample, type Entry, type Extent } from "./layout.ts";
import { unfinishedEnding } from "./pack-samples.node.ts";

/** A manifest is a few hundred bytes; more is something else. */
const maxManifestBytes = 2 ** 20;

/** No sample's text or JPEG file is larger; bytes. */
const maxRecordBytes = 2 ** 28;

/**
 * An open pack: pictures and texts by their numbers, in any order. Memory holds the index, 48 bytes a sample. Each record's checksum is
 * compared when it is read for the first time.
 */
export class Pack {
  readonly folder: string;
  readonly manifest: Manifest;
  readonly #index: DataView;
  readonly #images: number;
  readonly #samples: number;
  readonly #seenImages: Uint8Array;
  readonly #seenSamples: Uint8Array;
  /** What is the same of all records. */
  readonly #planes: Pick<StoredPicture, "planes">;

  private constructor(folder: string, manifest: Manifest, index: DataView) {
    this.folder = folder;
    this.manifest = manifest;
    this.#index = index;
    this.#seenImages = new Uint8Array(manifest.count);
    this.#seenSamples = new Uint8Array(manifest.count);
    const { records, width, height } = manifest;
    this.#planes = records === "raw" ? { planes: { width, height } } : {};
    this.#images = openFile(folder, packFiles.images, manifest.images);
    this.#samples = openFile(folder, packFiles.samples, manifest.samples);
  }

  /**
   * Opens a pack. What its files claim is compared with their lengths before anything is allocated.
   * @throws {InputError} PACK_NOT_FOUND, PACK_UNFINISHED, PACK_FOREIGN, PACK_DAMAGED
   */
  static async open(folder: string): Promise<Pack> {
    const manifest = await readManifest(folder);
    const { count, index: bytes, indexChecksum } = manifest;
    const path = join(folder, packFiles.index);
    const found = await stat(path).catch(() => undefined);
    if (bytes !== count * entryBytes || found?.size !== bytes)
      throw damaged(path, `${found?.size ?? 0} bytes, where ${count} samples need ${count * entryBytes}`);
    const index = await readFile(path);
    if (crc32(index) !== indexChecksum) throw damaged(path, "its checksum is not the manifest's");
    const view = new DataView(index.buffer, index.byteOffset, index.byteLength);
    for (let at = 0; at < count; at++) checkEntry(decodeEntry(view, at), at, manifest, path);
    return new Pack(folder, manifest, view);
  }

  /** Number of samples. */
  get count(): number {
    return this.manifest.count;
  }

  /** Extents of a picture in the pack. */
  size(at: number): PictureSize {
    const { width, height } = this.#entry(at);
    return { width, height };
  }

  /** Equal for samples whose first captions are equal but for case. */
  group(at: number): number {
    return this.#entry(at).group;
  }

  /**
   * All of a sample but its picture. Reads at once, from the system's cache as a rule: a line of text is not worth a thread.
   * @throws {InputError} PACK_DAMAGED
   */
  sample(at: number): PackedSample {
    const { sample } = this.#entry(at);
    const bytes = Buffer.alloc(sample.bytes);
    const length = readSync(this.#samples, bytes, 0, sample.bytes, sample.offset);
    this.#check(at, bytes.subarray(0, length), sample, this.#seenSamples, packFiles.samples);
    const parsed = PackedSample.safeParse(parseJson(bytes.toString()));
    if (!parsed.success) throw damaged(join(this.folder, packFiles.samples), `sample ${at} is no sample`);
    return parsed.data;
  }

  /**
   * The record of a picture: planes `[3, height, width]`, or a JPEG file.
   * @param target where it is written; new memory if absent
   * @throws {InputError} PACK_DAMAGED
   */
  async image(at: number, target?: Uint8Array): Promise<Uint8Array> {
    const { image } = this.#entry(at);
    const bytes = target ?? new Uint8Array(image.bytes);
    const length = await readAt(this.#images, bytes, image);
    this.#check(at, bytes.subarray(0, length), image, this.#seenImages, packFiles.images);
    return bytes;
  }

  /** Where the record of a picture is, for threads that read by themselves: with its checksum, until {@link markRead}. */
  stored(at: number): StoredPicture {
    const { offset, bytes, checksum } = this.#entry(at).image;
    const record = { from: this.#images, offset, bytes, ...this.#planes };
    return this.#seenImages[at] === 1 ? record : { ...record, checksum };
  }

  /** Says that a picture was read, and has its checksum. */
  markRead(at: number): void {
    this.#seenImages[at] = 1;
  }

  /**
   * Reads everything and compares every checksum.
   * @throws {InputError} PACK_DAMAGED with the first record that is
   */
  async verify(onProgress: (done: number) => void = () => {}): Promise<void> {
    this.#seenImages.fill(0);
    this.#seenSamples.fill(0);
    for (let at = 0; at < this.count; at++) {
      this.sample(at);
      await this.image(at);
      onProgress(at + 1);
    }
  }

  /** Closes the files. */
  close(): void {
    closeSync(this.#images);
    closeSync(this.#samples);
  }

  #entry(at: number): Entry {
    if (!Number.isInteger(at) || at < 0 || at >= this.count)
      throw new RangeError(`sample ${at} of a pack of ${this.count}`);
    return decodeEntry(this.#index, at);
  }

  #check(at: number, bytes: Uint8Array, { bytes: wanted, checksum }: Extent, seen: Uint8Array, name: string): void {
    if (bytes.length !== wanted) throw damaged(join(this.folder, name), `it ends within sample ${at}`);
    if (seen[at] === 1) return;
    if (crc32(bytes) !== checksum) throw damaged(join(this.folder, name), `sample ${at} has another checksum`);
    seen[at] = 1;
  }
}

/** Whether a folder is a pack, or what is left of one. */
export async function isPack(folder: string): Promise<boolean> {
  const found = await Promise.all([packFiles.manifest, packFiles.index].map((name) => isThere(join(folder, name))));
  return found.includes(true);
}

const isThere = (path: string): Promise<boolean> =>
  stat(path).then(
    () => true,
    () => false,
  );

async function readManifest(folder: string): Promise<Manifest> {
  const path = join(folder, packFiles.manifest);
  const there = await stat(path).catch(() => undefined);
  if (there === undefined && (await isPack(folder))) throw unfinished(folder);
  if (there === undefined)
    throw new InputError("PACK_NOT_FOUND", folder, "there is no pack", "check the path, or make one: fovea data pack");
  const text = there.size > maxManifestBytes ? "" : await readFile(path, "utf8");
  const parsed = Manifest.safeParse(parseJson(text));
  if (!parsed.success)
    throw new InputError("PACK_FOREIGN", path, "it is not the manifest of a pack of version 1", "pack the data again");
  if (folder.endsWith(unfinishedEnding)) throw unfinished(folder);
  return parsed.data;
}

const unfinished = (folder: string): InputError =>
  new InputError("PACK_UNFINISHED", folder, "its packing was cut off: it has no manifest", "pack the data again");

/** Opens a file of known length for reading. */
function openFile(folder: string, name: string, bytes: number): number {
  const path = join(folder, name);
  let file: number | undefined;
  try {
    file = openSync(path, "r");
    const { size } = fstatSync(file);
    if (size !== bytes) throw damaged(path, `${size} bytes, where the manifest says ${bytes}`);
    return file;
  } catch (cause) {
    if (file !== undefined) closeSync(file);
    if (cause instanceof InputError) throw cause;
    throw damaged(path, "it cannot be opened", { cause });
  }
}

/** Refuses entries that point outside the files, or to what cannot be a record. */
function checkEntry({ image, sample, width, height }: Entry, at: number, manifest: Manifest, path: string): void {
  const isWithin = ({ offset, bytes }: Extent, length: number): boolean =>
    bytes <= maxRecordBytes && offset + bytes <= length;
  const isRaw = manifest.records === "raw";
  const stride = 3 * manifest.width * manifest.height;
  const isShaped = isRaw
    ? width === manifest.width && height === manifest.height && image.bytes === stride && image.offset === at * stride
    : width > 0 && height > 0 && width <= manifest.width && height <= manifest.height;
  if (isShaped && isWithin(image, manifest.images) && isWithin(sample, manifest.samples)) return;
  throw damaged(path, `the entry of sample ${at} does not fit the files`);
}

const damaged = (path: string, found: string, options?: ErrorOptions): InputError =>
  new InputError("PACK_DAMAGED", path, found, "copy the pack again, or pack the data again", options);

/** Reads an extent in one of the platform's threads; the number of bytes that are there. */
const readAt = (file: number, target: Uint8Array, { offset, bytes }: Extent): Promise<number> =>
  new Promise((resolve, reject) => {
    // The promised version costs as much again as a small read.
    readCallback(file, target, 0, bytes, offset, (error, length) => (error ? reject(error) : resolve(length)));
  });
