import { basename } from "node:path";
import * as z from "zod";
import { InputError } from "../../platform/error.ts";
import type { Sample, SampleImage } from "../sample.ts";
import { findColumn, needColumn } from "./columns.ts";
import { parseObject } from "./json-object.ts";
import { openParquet, type ParquetFile } from "./parquet/read-parquet.node.ts";
import type { ReadOptions } from "./read-options.ts";
import { fieldsOf, hasTexts, type SampleRecord } from "./sample-record.ts";
import { pictureAt, picturePath } from "./table.node.ts";

/** File-name ending of Parquet files. */
export const parquetEnding = /\.parquet$/i;

/** Columns that hold pictures, by their usual names: Hugging Face's, then img2dataset's. */
export const pictureColumns: readonly string[] =
  "image img picture images frames jpg jpeg png webp gif tiff avif".split(" ");

/**
 * Samples of Parquet files, local or behind HTTP, one after the other, a row group in memory at a time: in Hugging Face's layout (`image` is
 * `{bytes, path}`, or a list of them, and may have any name if the file's features say that it holds pictures), in img2dataset's (`jpg` is
 * bytes), or with a column of paths. Other columns become metadata.
 *
 * Drops by reason: IMAGE_MISSING, CAPTION_MISSING, CAPTION_EMPTY; damaged row groups and, among several, unreadable files as SHARD_CORRUPT.
 *
 * @throws {InputError} COLUMN_MISSING, and PARQUET_NOT_READABLE if there is one file alone
 */
export async function* readParquetSamples(paths: readonly string[], options: ReadOptions): AsyncGenerator<Sample> {
  for (const path of paths) {
    let file: ParquetFile;
    try {
      file = await openParquet(path);
    } catch (error) {
      if (!(error instanceof InputError) || paths.length === 1) throw error;
      options.onDrop(basename(path), "SHARD_CORRUPT");
      continue;
    }
    try {
      yield* samplesOf(file, options);
    } finally {
      await file[Symbol.asyncDispose]();
    }
  }
}

async function* samplesOf(
  file: ParquetFile,
  { onDrop, keepUncaptioned = false, images }: ReadOptions,
): AsyncGenerator<Sample> {
  const name = basename(file.path);
  const column = pictureColumn(file);
  if (!keepUncaptioned && !hasTexts(Object.fromEntries(file.columns.map((found) => [found, null]))))
    needColumn("caption", file.columns, name);
  let row = 0;
  for await (const record of recordsOf(file, onDrop)) {
    row++;
    const key = [record["key"], record["__key__"]].find((value) => typeof value === "string" && value !== "");
    const sampleKey = typeof key === "string" ? key : `${name}/${row}`;
    const pictures = picturesIn(record[column], file.path, images);
    const [image] = pictures;
    if (image === undefined) {
      onDrop(sampleKey, "IMAGE_MISSING");
      continue;
    }
    const fields = fieldsOf(record, sampleKey, { onDrop, keepUncaptioned, used: [column, "key", "__key__"] });
    if (fields !== undefined)
      yield { key: sampleKey, image, ...(pictures.length > 1 && { frames: pictures }), ...fields };
  }
}

/** The rows; a damaged row group is dropped, and those after it are read. */
async function* recordsOf(file: ParquetFile, onDrop: ReadOptions["onDrop"]): AsyncGenerator<SampleRecord> {
  let start = 0;
  for (const [group, rows] of file.rowGroups.entries()) {
    try {
      for await (const records of file.read({ start, end: start + rows })) yield* records;
    } catch (error) {
      if (!(error instanceof InputError) || error.code !== "PARQUET_CORRUPT") throw error;
      onDrop(`${basename(file.path)}: row group ${group + 1}`, "SHARD_CORRUPT");
    }
    start += rows;
  }
}

function pictureColumn({ columns, path, metadata }: ParquetFile): string {
  const declared = imageFeatures(metadata["huggingface"] ?? "").filter((name) => columns.includes(name));
  const found = findColumn(pictureColumns, declared.length > 0 ? declared : columns) ?? declared[0];
  if (found !== undefined) return found;
  if (columns.some((column) => column.toLowerCase() === "url"))
    throw new InputError(
      "COLUMN_MISSING",
      basename(path),
      `no picture column among ${columns.map((column) => JSON.stringify(column)).join(", ")}, only addresses`,
      "fetch the pictures first: fovea data download",
    );
  return needColumn("picture", columns, basename(path));
}

const Features = z.object({ info: z.object({ features: z.record(z.string(), z.unknown()) }) });

const ImageFeature = z.object({ _type: z.literal("Image") });

/** One picture, or a list of them in the words of any release. */
const PictureFeature = z.union([ImageFeature, z.tuple([ImageFeature]), z.object({ feature: ImageFeature })]);

/** The columns of pictures among the features that `datasets` keeps in a file's footer as JSON. */
function imageFeatures(json: string): string[] {
  const parsed = Features.safeParse(parseObject(json));
  const features = Object.entries(parsed.data?.info.features ?? {});
  return features.flatMap(([name, feature]) => (PictureFeature.safeParse(feature).success ? [name] : []));
}

function picturesIn(value: unknown, file: string, images: string | undefined): SampleImage[] {
  if (value instanceof Uint8Array) return value.length === 0 ? [] : [value];
  if (typeof value === "string") return value === "" ? [] : [pictureAt(picturePath(file, value, images))];
  if (Array.isArray(value)) return value.flatMap((item) => picturesIn(item, file, images));
  if (typeof value !== "object" || value === null) return [];
  if ("bytes" in value && value.bytes instanceof Uint8Array) return picturesIn(value.bytes, file, images);
  return "path" in value ? picturesIn(value.path, file, images) : [];
}
