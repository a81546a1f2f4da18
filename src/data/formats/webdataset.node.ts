import { basename } from "node:path";
import { InputError } from "../../platform/error.ts";
import type { Sample } from "../sample.ts";
import { byteStream } from "./byte-stream.node.ts";
import type { ReadOptions } from "./read-options.ts";
import { readTar, type TarEntry } from "./read-tar.ts";
import { joinEntries } from "./webdataset.ts";

/** File-name endings of shards. */
export const shardEnding = /\.(tar|tar\.gz|tgz)$/i;

/** Larger files in a shard are taken for damage; bytes. */
const maxEntryBytes = 2 ** 28;

/**
 * Samples of WebDataset shards (`.tar`, `.tar.gz`), local or behind HTTP, one shard after the other; memory holds one sample at a time. A
 * shard that is truncated or damaged gives the samples before the damage, except one that may be incomplete, and is then dropped as
 * SHARD_CORRUPT; one that cannot be had is dropped as SHARD_NOT_READABLE. {@link joinEntries} has the reasons by which samples are dropped.
 */
export async function* readShards(paths: readonly string[], options: ReadOptions): AsyncGenerator<Sample> {
  for (const path of paths) {
    const shard = basename(path).replace(/\?.*/, "");
    try {
      yield* joinEntries(readEntries(path), shard, options);
    } catch (error) {
      if (!(error instanceof ShardError)) throw error;
      const isAbsent = error.cause instanceof InputError && error.cause.code === "FILE_NOT_READABLE";
      options.onDrop(shard, isAbsent ? "SHARD_NOT_READABLE" : "SHARD_CORRUPT");
    }
  }
}

/** What goes wrong inside an archive, told apart from errors that the consumer or `onDrop` throws. */
class ShardError extends Error {}

async function* readEntries(path: string): AsyncGenerator<TarEntry> {
  try {
    yield* readTar(byteStream(path), maxEntryBytes);
  } catch (cause) {
    throw new ShardError(path, { cause });
  }
}
