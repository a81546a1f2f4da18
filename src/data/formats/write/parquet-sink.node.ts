import { mkdir, rename } from "node:fs/promises";
import { join } from "node:path";
import { hidesPicture } from "../columns.ts";
import { pictureColumns } from "../parquet-samples.node.ts";
import type { ParquetColumns, ParquetType } from "../parquet/schema.ts";
import { ParquetWriter } from "../parquet/write-parquet.node.ts";
import { extraName, recordOf } from "../sample-record.ts";
import { inferColumns, rowFor } from "./infer-columns.ts";
import { fileNumber, type PreparedSample, type SampleSink, type ShardState } from "./sample-sink.ts";

/** Whose layout: `image: {bytes, path}`, or `jpg` as bytes. */
export type ParquetLayout = "hugging-face" | "img2dataset";

/** The columns are those of this many first samples. */
const inferFrom = 256;

const pictureType: ParquetType = { struct: { bytes: "bytes", path: "string" } };
const isPictureType = (type: ParquetType): boolean =>
  typeof type === "object" && "struct" in type && type.struct["bytes"] === "bytes";

/**
 * Parquet files in the layout of Hugging Face's `datasets` (`data/train-00000-of-00003.parquet`) or of img2dataset (`00000.parquet`).
 * @param path a folder, or, if `shardSize` is absent, the one file
 * @param before shards that are there already, and their columns
 */
export function parquetSink(
  path: string,
  layout: ParquetLayout,
  shardSize?: number,
  before: ShardState = { whole: 0 },
): SampleSink {
  let first: PreparedSample[] | undefined = before.columns === undefined ? [] : undefined;
  let { whole, columns = {} } = before;
  let writer: ParquetWriter | undefined;
  let written = whole * (shardSize ?? 0);
  const folder = layout === "hugging-face" ? join(path, "data") : path;
  const shardPath = (shard: number): string => join(folder, `${fileNumber(shard, 5)}.parquet`);

  const finishShard = async (): Promise<void> => {
    if (writer === undefined) return;
    await writer.close();
    writer = undefined;
    whole++;
  };
  const append = async (sample: PreparedSample): Promise<void> => {
    if (shardSize !== undefined && written % shardSize === 0) await finishShard();
    if (writer === undefined) {
      if (shardSize !== undefined) await mkdir(folder, { recursive: true });
      const metadata = layout === "hugging-face" ? { huggingface: featuresOf(columns) } : {};
      // Row groups as small as those of Hugging Face: readers hold one in memory.
      const options = { rowGroupRows: 1000, rowGroupBytes: 2 ** 24, metadata };
      writer = await ParquetWriter.create(shardSize === undefined ? path : shardPath(whole), columns, options);
    }
    await writer.append({
      ...rowFor(recordBeside(sample, columns), columns),
      ...pictureColumnsOf(sample, columns),
      key: sample.key,
    });
    written++;
  };
  const begin = async (): Promise<void> => {
    const samples = first ?? [];
    first = undefined;
    columns = columnsFor(samples, layout);
    for (const sample of samples) await append(sample);
  };
  return {
    async write(sample) {
      if (first === undefined) return append(sample);
      first.push(sample);
      return first.length === inferFrom ? begin() : undefined;
    },
    async close() {
      if (first !== undefined) await begin();
      await finishShard();
      if (layout !== "hugging-face" || shardSize === undefined) return;
      for (let shard = 0; shard < whole; shard++) {
        const name = `train-${fileNumber(shard, 5)}-of-${fileNumber(whole, 5)}.parquet`;
        await rename(shardPath(shard), join(folder, name));
      }
    },
    shards: () => ({ whole, ...(first === undefined && { columns }) }),
    [Symbol.asyncDispose]: async () => writer?.[Symbol.asyncDispose](),
  };
}

function columnsFor(samples: readonly PreparedSample[], layout: ParquetLayout): ParquetColumns {
  const hasFrames = samples.some(({ pictures }) => pictures.length > 1);
  const picture: ParquetColumns =
    layout === "img2dataset"
      ? { [samples[0]?.pictures[0].ending ?? "jpg"]: "bytes" }
      : hasFrames
        ? { images: { list: pictureType } }
        : { image: pictureType };
  const start: ParquetColumns = { key: "string", ...picture };
  const record = inferColumns(samples.map((sample) => recordBeside(sample, start)));
  return { ...start, ...record, [extraName]: "string" };
}

/** A sample's record without a name that would be taken for the column of the picture. */
const recordBeside = (sample: PreparedSample, columns: ParquetColumns): Record<string, unknown> =>
  recordOf(sample, (name) => hidesPicture(name, pictureColumnOf(columns)[0], pictureColumns));

/** The picture's column comes after the key. */
const pictureColumnOf = (columns: ParquetColumns): [string, ParquetType] => Object.entries(columns)[1]!;

/** The first picture, or all frames where there is a column for them. */
function pictureColumnsOf({ pictures, key }: PreparedSample, columns: ParquetColumns): Record<string, unknown> {
  const files = pictures.map(({ bytes, ending }, frame) => ({
    bytes,
    path: `${key.replace(/.*\//, "").replace(/\.\w{3,4}$/, "")}${frame === 0 ? "" : `-${frame}`}.${ending}`,
  }));
  const [name, type] = pictureColumnOf(columns);
  return { [name]: type === "bytes" ? files[0]!.bytes : isPictureType(type) ? files[0] : files };
}

/** What makes `datasets` see pictures and not bytes; it guesses the rest of what a file's own schema says. */
function featuresOf(columns: ParquetColumns): string {
  const feature = (type: ParquetType): unknown => {
    if (typeof type === "string") return { dtype: dtypes[type], _type: "Value" };
    if (isPictureType(type)) return { _type: "Image" };
    if ("list" in type)
      return typeof type.list === "string" ? { feature: feature(type.list), _type: "Sequence" } : [feature(type.list)];
    return Object.fromEntries(Object.entries(type.struct).map(([name, inner]) => [name, feature(inner)]));
  };
  const features = Object.fromEntries(Object.entries(columns).map(([name, type]) => [name, feature(type)]));
  return JSON.stringify({ info: { features } });
}

const dtypes = {
  string: "string",
  bytes: "binary",
  bool: "bool",
  int: "int64",
  double: "float64",
  float: "float32",
  float16: "float16",
} as const;
