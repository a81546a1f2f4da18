import { randomUUID } from "node:crypto";
import { mkdir, rename, rm } from "node:fs/promises";
import { dirname } from "node:path";
import { InputError } from "../../platform/error.ts";
import type { OnDrop, Sample } from "../sample.ts";
import { mapInOrder } from "../stream.ts";
import { cocoSink } from "./write/coco-sink.node.ts";
import { expectNothingAt } from "./write/expect-nothing.node.ts";
import { folderSink } from "./write/folder-sink.node.ts";
import { parquetSink } from "./write/parquet-sink.node.ts";
import { prepareSample, type PictureOptions } from "./write/prepare-picture.node.ts";
import type { PreparedSample, SampleSink } from "./write/sample-sink.ts";
import { tableSink } from "./write/table-sink.node.ts";
import { webDatasetSink } from "./write/webdataset-sink.node.ts";

/** The forms in which samples are written. */
export const dataFormats = [
  "folder",
  "csv",
  "tsv",
  "jsonl",
  "llava",
  "coco",
  "webdataset",
  "parquet",
  "img2dataset",
] as const;

/** One of {@link dataFormats}: `parquet` is Hugging Face's layout, `img2dataset` that tool's Parquet. */
export type DataFormat = (typeof dataFormats)[number];

/** How samples are written. */
export interface WriteDataOptions extends PictureOptions {
  /** By the path's ending if absent: a file of that kind, or a folder of pictures. */
  readonly format?: DataFormat;
  /** Samples of a shard; 10,000 if absent. */
  readonly shardSize?: number;
  /** Replaces what is at the path. */
  readonly overwrite?: boolean;
  /** Tables name pictures where they are, instead of having copies. */
  readonly reference?: boolean;
  /** Told of every sample whose picture cannot be read or decoded, and is left out; the first one is an error if absent. */
  readonly onDrop?: OnDrop;
  /** Called after each sample, with how many are written. */
  readonly onProgress?: (written: number) => void;
  /** Stops before the next sample; what was written is removed. */
  readonly signal?: AbortSignal;
}

/** The form that a path's ending asks for. */
export function formatOf(path: string): DataFormat {
  const ending = /\.(csv|tsv|jsonl|json|tar|parquet)$/i.exec(path)?.[1]?.toLowerCase();
  if (ending === "csv" || ending === "tsv" || ending === "jsonl" || ending === "parquet") return ending;
  return ending === "json" ? "llava" : ending === "tar" ? "webdataset" : "folder";
}

/**
 * Writes samples as a data set that {@link openData} reads back. It appears under its name when it is whole: what is under way, or was left
 * by a crash, has a name that ends in `.tmp`.
 *
 * Drops samples by reason: FILE_NOT_READABLE, IMAGE_NOT_DECODABLE.
 *
 * @returns how many samples were written
 * @throws {InputError} DATA_EXISTS, DATA_EMPTY if no sample is left to write, FILE_NOT_WRITABLE
 */
export async function writeData(
  samples: AsyncIterable<Sample>,
  path: string,
  options: WriteDataOptions = {},
): Promise<number> {
  const { format = formatOf(path), overwrite = false, signal, onProgress } = options;
  if (!overwrite) await expectNothingAt(path);
  const target = await openTarget(path, format, options);
  let written = 0;
  try {
    for await (const sample of prepared(samples, options)) {
      signal?.throwIfAborted();
      await target.sink.write(sample, written++);
      onProgress?.(written);
    }
    signal?.throwIfAborted();
    if (written === 0)
      throw new InputError("DATA_EMPTY", path, "there is no sample to write", "look at what was dropped, and why");
    await target.sink.close();
    await target.finish();
  } finally {
    await target.sink[Symbol.asyncDispose]();
    await target.discard();
  }
  return written;
}

/** Pictures are read and encoded a few samples ahead. */
async function* prepared(samples: AsyncIterable<Sample>, options: WriteDataOptions): AsyncGenerator<PreparedSample> {
  const prepare = async (sample: Sample): Promise<PreparedSample | undefined> => {
    try {
      return await prepareSample(sample, options);
    } catch (error) {
      if (!(error instanceof InputError) || options.onDrop === undefined) throw error;
      options.onDrop(sample.key, error.code);
      return undefined;
    }
  };
  for await (const sample of mapInOrder(samples, 4, prepare)) if (sample !== undefined) yield sample;
}

interface Target {
  readonly sink: SampleSink;
  /** Puts a folder under its name. */
  readonly finish: () => Promise<void>;
  /** Removes what has no name yet. */
  readonly discard: () => Promise<void>;
}

async function openTarget(path: string, format: DataFormat, options: WriteDataOptions): Promise<Target> {
  const isShard = /\.(tar|parquet)$/i.test(path);
  const none = async (): Promise<void> => {};
  if (format === "csv" || format === "tsv" || format === "jsonl" || format === "llava") {
    const sink = await tableSink(path, format === "llava" ? "json" : format, options.reference ?? false);
    return { sink, finish: none, discard: none };
  }
  if (isShard && format === "webdataset") return { sink: webDatasetSink(path), finish: none, discard: none };
  if (isShard && (format === "parquet" || format === "img2dataset"))
    return { sink: parquetSink(path, layoutOf[format]), finish: none, discard: none };
  const partial = `${path.replace(/[/\\]+$/, "")}.${randomUUID()}.tmp`;
  await mkdir(dirname(partial), { recursive: true });
  await mkdir(partial);
  return {
    sink: await folderSinkFor(partial, format, options.shardSize ?? 10_000),
    finish: async () => {
      await rm(path, { recursive: true, force: true });
      await rename(partial, path.replace(/[/\\]+$/, ""));
    },
    discard: () => rm(partial, { recursive: true, force: true }),
  };
}

const layoutOf = { parquet: "hugging-face", img2dataset: "img2dataset" } as const;

async function folderSinkFor(folder: string, format: DataFormat, shardSize: number): Promise<SampleSink> {
  if (format === "webdataset") return webDatasetSink(folder, shardSize);
  if (format === "parquet" || format === "img2dataset") return parquetSink(folder, layoutOf[format], shardSize);
  return format === "coco" ? cocoSink(folder) : folderSink(folder);
}
