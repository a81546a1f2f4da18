import { randomUUID } from "node:crypto";
import { access, mkdir, rename, rm } from "node:fs/promises";
import { dirname } from "node:path";
import { removeLeftovers } from "../atomic-file.node.ts";
import type { DataFormat } from "../data-format.ts";
import { cocoSink } from "./coco-sink.node.ts";
import { folderSink } from "./folder-sink.node.ts";
import { parquetSink } from "./parquet-sink.node.ts";
import type { PictureOptions } from "./prepare-picture.node.ts";
import type { SampleSink, ShardState } from "./sample-sink.ts";
import { ShardJournal } from "./shard-journal.node.ts";
import { imagesOf, tableSink } from "./table-sink.node.ts";
import { webDatasetSink } from "./webdataset-sink.node.ts";

/** What decides how samples are kept. */
export interface TargetOptions extends PictureOptions {
  /** Samples of a shard; 10,000 if absent. */
  readonly shardSize?: number;
  /** Tables name pictures where they are, instead of having copies. */
  readonly reference?: boolean;
  /**
   * Of what the samples are made, as text. With it a run that writes shards and is stopped or killed keeps those that are whole, and the next
   * one of the same origin and options goes on after them, to the same bytes.
   */
  readonly origin?: string;
}

/** Where samples go. */
export interface Target {
  readonly sink: SampleSink;
  /** Keeps whole shards for another run. */
  readonly journal?: ShardJournal;
  /** Samples that an earlier run has written. */
  readonly before: number;
  /** Puts a folder under its name. */
  readonly finish: () => Promise<void>;
  /** Removes what has no name yet, but for shards that are kept. */
  readonly discard: () => Promise<void>;
}

/** Opens a sink, and removes what earlier runs left of others. */
export async function openTarget(path: string, format: DataFormat, options: TargetOptions): Promise<Target> {
  const place = path.replace(/[/\\]+$/, "");
  await removeLeftovers(place);
  switch (format) {
    case "csv":
    case "tsv":
    case "jsonl":
    case "llava":
      await removeLeftovers(imagesOf(place));
      return fileTarget(await tableSink(path, format === "llava" ? "json" : format, options.reference ?? false));
    case "webdataset":
      if (/\.tar$/i.test(path)) return fileTarget(webDatasetSink(path));
      return shardTarget(place, format, options, (folder, size, before) => webDatasetSink(folder, size, before));
    case "parquet":
    case "img2dataset": {
      const layout = format === "parquet" ? "hugging-face" : format;
      if (/\.parquet$/i.test(path)) return fileTarget(parquetSink(path, layout));
      return shardTarget(place, format, options, (folder, size, before) => parquetSink(folder, layout, size, before));
    }
    case "coco":
      return folderTarget(place, cocoSink);
    case "folder":
    default:
      return folderTarget(place, folderSink);
  }
}

const fileTarget = (sink: SampleSink): Target => ({ sink, before: 0, finish: async () => {}, discard: async () => {} });

async function folderTarget(
  place: string,
  openSink: (folder: string) => SampleSink | Promise<SampleSink>,
): Promise<Target> {
  const folder = `${place}.${randomUUID()}.tmp`;
  await mkdir(folder, { recursive: true });
  return {
    sink: await openSink(folder),
    before: 0,
    finish: () => replace(place, folder),
    discard: () => rm(folder, { recursive: true, force: true }),
  };
}

async function shardTarget(
  place: string,
  format: DataFormat,
  options: TargetOptions,
  openSink: (folder: string, shardSize: number, before?: ShardState) => SampleSink,
): Promise<Target> {
  const { shardSize = 10_000, origin, maxSide, encode, quality } = options;
  if (origin === undefined) return folderTarget(place, (folder) => openSink(folder, shardSize));
  const settings = JSON.stringify({ origin, format, shardSize, maxSide, encode, quality });
  const folder = unfinishedAt(place);
  const journal = await ShardJournal.open(folder, settings, shardSize);
  return {
    sink: openSink(journal.data, shardSize, journal.state),
    journal,
    before: journal.state.whole * shardSize,
    finish: async () => {
      await replace(place, journal.data);
      await rm(folder, { recursive: true });
    },
    discard: async () => {
      if (journal.state.whole === 0) await rm(folder, { recursive: true, force: true });
    },
  };
}

/** Where shards wait for the others. */
const unfinishedAt = (place: string): string => `${place}.tmp`;

/** Whether there are shards at this path that the same run would go on with. */
export const isUnfinished = (path: string): Promise<boolean> =>
  access(unfinishedAt(path.replace(/[/\\]+$/, ""))).then(
    () => true,
    () => false,
  );

async function replace(place: string, folder: string): Promise<void> {
  await mkdir(dirname(place), { recursive: true });
  await rm(place, { recursive: true, force: true });
  await rename(folder, place);
}
