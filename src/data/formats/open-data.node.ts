import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { fold, permutation, type Key } from "../../engine/random.ts";
import { InputError } from "../../platform/error.ts";
import type { OnDrop, Sample } from "../sample.ts";
import { readFolder } from "./folder.node.ts";
import { readTable, tableEnding } from "./table.node.ts";
import { readShards, shardEnding } from "./webdataset.node.ts";

/** How a data set is read. */
export interface OpenDataOptions {
  /** Told of every sample that is left out, with its reason. */
  readonly onDrop: OnDrop;
  /** Reads the shards of a folder in random order; in sorted order if absent. */
  readonly shardOrder?: Key;
}

/** Names under which Hugging Face's ImageFolder keeps a folder's captions. */
const metadataName = /^metadata\.(csv|tsv|jsonl)$/;

/**
 * Streams the image-text pairs at `path`, whichever form they have:
 * a CSV, TSV or JSONL file; a WebDataset shard; or a folder of shards, with a `metadata` table, or of pictures with `.txt` captions.
 *
 * @throws {InputError} DATA_NOT_FOUND, DATA_NOT_RECOGNISED, DATA_EMPTY, COLUMN_MISSING, TABLE_NOT_READABLE, whatever `onDrop` throws
 */
export async function* openData(path: string, options: OpenDataOptions): AsyncGenerator<Sample> {
  yield* await readerFor(path, options);
}

async function readerFor(path: string, { onDrop, shardOrder }: OpenDataOptions): Promise<AsyncGenerator<Sample>> {
  if (!(await isFolder(path))) {
    if (tableEnding.test(path)) return readTable(path, onDrop);
    if (shardEnding.test(path)) return readShards([path], onDrop);
    throw new InputError(
      "DATA_NOT_RECOGNISED",
      path,
      "the file's ending is none of .csv, .tsv, .jsonl, .tar, .tar.gz, .tgz",
      "give one of these, or a folder of pictures with .txt captions",
    );
  }
  const names = (await readdir(path)).sort();
  const shards = names.filter((name) => shardEnding.test(name)).map((name) => join(path, name));
  if (shards.length > 0) return readShards(inOrder(shards, shardOrder), onDrop);
  const table = names.find((name) => metadataName.test(name));
  return table === undefined ? readFolder(path, onDrop) : readTable(join(path, table), onDrop);
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
