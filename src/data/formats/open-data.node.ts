import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { fold, permutation, type Key } from "../../engine/random.ts";
import { InputError } from "../../platform/error.ts";
import { readPack } from "../pack/pack-source.node.ts";
import { isPack } from "../pack/pack.node.ts";
import type { Sample } from "../sample.ts";
import { expandBraces } from "./braces.ts";
import { byteStream, isUrl } from "./byte-stream.node.ts";
import { isFolderMetadata } from "./columns.ts";
import { cocoSplits, readCoco } from "./coco.node.ts";
import { readFolder } from "./folder.node.ts";
import { parquetEnding, readParquetSamples } from "./parquet-samples.node.ts";
import type { ReadOptions } from "./read-options.ts";
import { readTable, tableEnding } from "./table.node.ts";
import { readShards, shardEnding } from "./webdataset.node.ts";

/** How a data set is read. */
export interface OpenDataOptions extends ReadOptions {
  /** Reads the shards of a folder in random order; in sorted order if absent. */
  readonly shardOrder?: Key;
}

/**
 * Streams the image-text pairs at `path`, whichever form they have: a CSV, TSV or JSONL file; LLaVA's or COCO's JSON; WebDataset shards or
 * Parquet files, several with braces (`{000..127}`); or a pack, or a folder of shards, of Parquet files, with a `metadata` table, in COCO's order, or
 * of pictures with `.txt` captions. All but COCO and folders may be web addresses.
 *
 * @throws {InputError} DATA_NOT_FOUND, DATA_NOT_RECOGNISED, DATA_EMPTY, COLUMN_MISSING, TABLE_NOT_READABLE, PARQUET_NOT_READABLE,
 * COCO_NOT_READABLE, whatever `onDrop` throws
 */
export async function* openData(path: string, options: OpenDataOptions): AsyncGenerator<Sample> {
  yield* await readerFor(path, options);
}

async function readerFor(path: string, options: OpenDataOptions): Promise<AsyncGenerator<Sample>> {
  const paths = expandBraces(path);
  if (paths.length === 1 && !isUrl(path) && (await isFolder(path))) return readerForFolder(path, options);
  const ending = isUrl(path) ? path.replace(/[?#].*/, "") : path;
  if (shardEnding.test(ending)) return readShards(inOrder(paths, options.shardOrder), options);
  if (parquetEnding.test(ending)) return readParquetSamples(inOrder(paths, options.shardOrder), options);
  if (tableEnding.test(ending)) {
    const isCoco = ending.endsWith(".json") && !isUrl(path) && (await firstCharacter(path)) === "{";
    return isCoco ? readCoco([path], options) : readTable(path, options);
  }
  throw new InputError(
    "DATA_NOT_RECOGNISED",
    path,
    "the file's ending is none of .csv, .tsv, .jsonl, .json, .tar, .tar.gz, .tgz, .parquet",
    "give one of these, or a folder of pictures with .txt captions",
  );
}

async function readerForFolder(path: string, options: OpenDataOptions): Promise<AsyncGenerator<Sample>> {
  if (await isPack(path)) return readPack(path, options);
  const names = (await readdir(path)).sort();
  const files = (ending: RegExp, among = names, folder = path): readonly string[] =>
    inOrder(
      among.filter((name) => ending.test(name)).map((name) => join(folder, name)),
      options.shardOrder,
    );
  const shards = files(shardEnding); // before Parquet: img2dataset writes a table of metadata beside each shard
  if (shards.length > 0) return readShards(shards, options);
  const tables = files(parquetEnding);
  if (tables.length > 0) return readParquetSamples(tables, options);
  const data = names.includes("data") ? (await readdir(join(path, "data"))).sort() : []; // Hugging Face's place
  const dataTables = files(parquetEnding, data, join(path, "data"));
  if (dataTables.length > 0) return readParquetSamples(dataTables, options);
  const table = names.find(isFolderMetadata);
  if (table !== undefined) return readTable(join(path, table), options);
  const splits = [...(await cocoSplits(join(path, "annotations"))), ...(await cocoSplits(path))];
  return splits.length > 0 ? readSplits(splits, options) : readFolder(path, options);
}

async function* readSplits(splits: readonly string[][], options: ReadOptions): AsyncGenerator<Sample> {
  for (const paths of splits) yield* readCoco(paths, options);
}

const inOrder = (paths: readonly string[], order: Key | undefined): readonly string[] =>
  order === undefined ? paths : Array.from(permutation(fold(order, "shards"), paths.length), (at) => paths[at]!);

async function isFolder(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isDirectory();
  } catch (cause) {
    throw new InputError("DATA_NOT_FOUND", path, "there is no such file or folder", "check the path", { cause });
  }
}

async function firstCharacter(path: string): Promise<string | undefined> {
  for await (const chunk of byteStream(path)) return new TextDecoder().decode(chunk).trimStart()[0];
  return undefined;
}
