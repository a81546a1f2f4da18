import { readdir, stat } from "node:fs/promises";
import { dirname, join, resolve, sep } from "node:path";
import { expandBraces } from "../data/formats/braces.ts";
import { isUrl } from "../data/formats/byte-stream.node.ts";
import { openData } from "../data/formats/open-data.node.ts";
import { foreignEnding, pictureEnding } from "../data/formats/picture-endings.ts";
import type { ReadOptions } from "../data/formats/read-options.ts";
import type { SampleImage } from "../data/sample.ts";
import { pathWithin } from "../platform/node/files.ts";
import type { SourceFile } from "./index-format.ts";

/** A picture to be indexed. */
export interface SourcePicture {
  readonly key: string;
  readonly image: SampleImage;
  /** Its file, if it has one of its own on this machine; `path` as {@link IndexedPicture.path}. */
  readonly file?: { readonly path: string; readonly size: number; readonly modified: number };
  /** One caption a line. */
  readonly caption: string;
  /** A JSON object. */
  readonly metadata: string;
}

/** How {@link openSource} reads: see `ReadOptions`. */
export type SourceOptions = Pick<ReadOptions, "onDrop" | "images">;

/** Data to be indexed. */
export interface IndexSource {
  /** Absolute path, or URL. */
  readonly source: string;
  /** The folder from which on files are named. */
  readonly base: string;
  /** Files that hold the data set. */
  readonly files: readonly SourceFile[];
  /** Number of pictures, if it is a folder of them. */
  readonly count?: number;
  readonly pictures: () => AsyncGenerator<SourcePicture>;
}

/**
 * Opens what is to be indexed: a folder of pictures, subfolders included, or any other data set that {@link openData} reads. Captions are
 * not needed.
 *
 * @throws {InputError} the codes of {@link openData}, once pictures are read
 */
export async function openSource(path: string, options: SourceOptions): Promise<IndexSource> {
  const source = isUrl(path) ? path : resolve(path);
  const isFolder = !isUrl(path) && ((await stat(source).catch(() => undefined))?.isDirectory() ?? false);
  const base = isUrl(path) ? process.cwd() : isFolder ? source : dirname(source);
  const files = await filesOf(source, isFolder);
  const count = isFolder && files.length === 0 ? await countPictures(source) : undefined;
  return {
    source,
    base,
    files,
    ...(count !== undefined && { count }),
    pictures: () => pictures(source, base, options),
  };
}

async function* pictures(source: string, base: string, options: SourceOptions): AsyncGenerator<SourcePicture> {
  for await (const { key, image, captions, metadata } of openData(source, { ...options, keepUncaptioned: true })) {
    const file = await fileOf(image, base);
    yield {
      key,
      image,
      ...(file !== undefined && { file }),
      caption: captions.map(({ text }) => text).join("\n"),
      metadata: JSON.stringify(metadata, (_, value: unknown) => (typeof value === "bigint" ? String(value) : value)),
    };
  }
}

async function fileOf(image: SampleImage, base: string): Promise<SourcePicture["file"]> {
  if (image instanceof Uint8Array || !("read" in image) || image.at === undefined || isUrl(image.at)) return undefined;
  const path = resolve(image.at);
  const there = await fileAt(path);
  if (there === undefined) return undefined;
  return { path: pathWithin(base, path)?.split(sep).join("/") ?? path, ...there };
}

async function countPictures(folder: string): Promise<number> {
  const names = await readdir(folder, { recursive: true });
  return names.filter((name) => pictureEnding.test(name) || foreignEnding.test(name)).length;
}

/** Endings of files that hold a data set. */
const dataFile = /\.(tar|tar\.gz|tgz|parquet|jsonl|csv|tsv)$/i;

/** The files that hold a data set: itself, or of a folder those at its top and in `data`, where Hugging Face has them. */
async function filesOf(source: string, isFolder: boolean): Promise<SourceFile[]> {
  if (isUrl(source)) return [];
  const inFolder = async (folder: string): Promise<string[]> =>
    (await readdir(folder).catch(() => [])).filter((name) => dataFile.test(name)).map((name) => resolve(folder, name));
  const paths = isFolder
    ? [...(await inFolder(source)), ...(await inFolder(join(source, "data")))]
    : expandBraces(source);
  const found = await Promise.all(paths.sort().map(async (path) => ({ path, there: await fileAt(path) })));
  return found.flatMap(({ path, there }) => (there === undefined ? [] : [{ path, ...there }]));
}

/** By what a file is known to be unchanged; `undefined` if there is none. */
export async function fileAt(path: string): Promise<{ readonly size: number; readonly modified: number } | undefined> {
  const there = await stat(path).catch(() => undefined);
  return there?.isFile() === true ? { size: there.size, modified: Math.trunc(there.mtimeMs) } : undefined;
}
