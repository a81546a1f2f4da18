import { stat } from "node:fs/promises";
import { join, resolve } from "node:path";
import { listPictures, type PictureFile } from "../data/formats/pictures.node.ts";
import { InputError } from "../platform/error.ts";
import { readBytes, writeAtomic } from "../platform/node/files.ts";
import type { Embedder } from "./embedder.ts";
import { decodeIndex, encodeIndex, type IndexDType, type PictureIndex } from "./index-file.ts";
import { demandSameModel } from "./index-search.ts";

/** Where and how {@link indexFolder} keeps an index. */
export interface IndexFolderOptions {
  /** The index file. If it exists, pictures that did not change since keep their vectors. */
  readonly out: string;
  /** Name of the model, for the record. */
  readonly model: string;
  /** `float32` if absent, or what the index has. */
  readonly dtype?: IndexDType;
  /** Pictures between two writes of the index, so that an interrupted run loses little; 2,000 if absent. */
  readonly saveEvery?: number;
  /** When it aborts, the index is written with what is there. */
  readonly signal?: AbortSignal;
  /** Told how many pictures are in the index, at the start and after each. */
  readonly onProgress?: (done: number, total: number) => void;
  /** Told of each picture that cannot be read. */
  readonly onFailure?: (path: string, error: unknown) => void;
}

/** What {@link indexFolder} did. */
export interface IndexedFolder {
  readonly index: PictureIndex;
  /** Pictures embedded now, kept from before, gone since, and unreadable. */
  readonly embedded: number;
  readonly kept: number;
  readonly removed: number;
  readonly failed: number;
  /** Whether the signal ended it early: run again to go on. */
  readonly interrupted: boolean;
}

/**
 * Embeds the pictures of a folder, subfolders included, into an index file. Run again, it embeds only what is new or
 * changed, by path, size and time.
 *
 * @throws {InputError} FOLDER_NOT_READABLE, FOLDER_WITHOUT_PICTURES, INDEX_INVALID, INDEX_OF_OTHER_MODEL
 */
export async function indexFolder(
  folder: string,
  embedder: Embedder,
  options: IndexFolderOptions,
): Promise<IndexedFolder> {
  const { out, model, saveEvery = 2000, signal, onProgress, onFailure } = options;
  const pictures = await listPictures(folder);
  if (pictures.length === 0)
    throw new InputError(
      "FOLDER_WITHOUT_PICTURES",
      folder,
      "it holds no pictures",
      "give a folder with JPEG, PNG, WebP, GIF, AVIF or TIFF files",
    );
  const earlier = await readIndex(out);
  if (earlier !== undefined) demandSameModel(earlier.index, embedder, out);
  const dtype = options.dtype ?? earlier?.dtype ?? "float32";

  const listed = new Set(pictures.map(({ path }) => path));
  const rows = new Map<string, Float32Array>(); // by path
  const known = new Map(earlier?.index.pictures.map((picture, row) => [picture.path, { picture, row }]));
  const isKnown = ({ path, size, modified }: PictureFile): boolean => {
    const before = known.get(path)?.picture;
    return before?.size === size && before.modified === modified;
  };
  const [same, fresh] = [pictures.filter(isKnown), pictures.filter((picture) => !isKnown(picture))];
  const { width } = embedder;
  for (const { path } of same) {
    const start = known.get(path)!.row * width;
    rows.set(path, earlier!.index.embeddings.subarray(start, start + width));
  }
  const indexNow = (): PictureIndex => {
    const there = pictures.filter(({ path }) => rows.has(path));
    const embeddings = new Float32Array(there.length * width);
    for (const [row, { path }] of there.entries()) embeddings.set(rows.get(path)!, row * width);
    return { folder: resolve(folder), model, fingerprint: embedder.fingerprint, width, pictures: there, embeddings };
  };
  const save = async (): Promise<PictureIndex> => {
    const index = indexNow();
    await writeAtomic(out, encodeIndex(index, dtype));
    return index;
  };

  onProgress?.(same.length, pictures.length);
  let embedded = 0;
  let failed = 0;
  const fail = ({ path }: PictureFile, error: unknown): void => {
    failed++;
    onFailure?.(path, error);
  };
  const stream = embedder.embedStream(fresh, ({ path }) => join(folder, path), fail);
  for await (const { item, embedding } of stream) {
    rows.set(item.path, embedding);
    embedded++;
    onProgress?.(same.length + embedded + failed, pictures.length);
    if (signal?.aborted === true) break;
    if (embedded % saveEvery === 0) await save();
  }
  return {
    index: await save(),
    embedded,
    kept: same.length,
    removed: [...known.keys()].filter((path) => !listed.has(path)).length,
    failed,
    interrupted: same.length + embedded + failed < pictures.length,
  };
}

/** Name of the index that a folder has of itself. */
export const indexName = ".fovea-index";

/**
 * Reads an index: a file, or a folder that has one of itself.
 * @throws {InputError} INDEX_MISSING, INDEX_INVALID
 */
export async function openIndex(path: string): Promise<PictureIndex> {
  const isFolder = (await stat(path).catch(() => undefined))?.isDirectory() ?? false;
  const opened = await readIndex(isFolder ? join(path, indexName) : path);
  if (opened !== undefined) return opened.index;
  const [found, mend] = isFolder
    ? ["the folder has no index of its pictures", `run: fovea index ${path}`]
    : ["there is no such file or folder", "check the path, or make an index: fovea index FOLDER"];
  throw new InputError("INDEX_MISSING", path, found, mend);
}

async function readIndex(path: string): Promise<ReturnType<typeof decodeIndex> | undefined> {
  const there = await stat(path).catch(() => undefined);
  return there === undefined ? undefined : decodeIndex(await readBytes(path), path);
}
