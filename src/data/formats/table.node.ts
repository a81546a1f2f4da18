import { createReadStream } from "node:fs";
import { open } from "node:fs/promises";
import { basename, dirname, isAbsolute, join } from "node:path";
import { platform } from "#platform";
import { parse } from "csv-parse";
import { InputError } from "../../platform/error.ts";
import type { OnDrop, Sample } from "../sample.ts";
import { captionsOf, findColumns, type PairColumns } from "./columns.ts";
import { JsonObject, parseObject } from "./json-object.ts";

/** A row by column name. */
type Row = Readonly<Record<string, unknown>>;

/** File-name endings of tables. */
export const tableEnding = /\.(csv|tsv|jsonl)$/i;

/**
 * Samples of a CSV, TSV or JSONL file with a column of picture paths (relative to the file's folder, absolute, or http URLs) and one of
 * captions. The other columns become metadata. Pictures are read when they are needed.
 *
 * Drops rows by reason: ROW_MALFORMED, IMAGE_MISSING, CAPTION_MISSING, CAPTION_EMPTY.
 *
 * @throws {InputError} COLUMN_MISSING, TABLE_NOT_READABLE
 */
export async function* readTable(path: string, onDrop: OnDrop): AsyncGenerator<Sample> {
  const name = basename(path);
  let columns: PairColumns | undefined;
  let number = 0;
  for await (const row of readRows(path, onDrop)) {
    columns ??= findColumns(Object.keys(row), name);
    number++;
    const sample = sampleOf(row, columns, path, `${name}: row ${number}`, onDrop);
    if (sample !== undefined) yield sample;
  }
}

/**
 * The rows of a CSV, TSV or JSONL file by column name; drops what is no row as ROW_MALFORMED.
 * @throws {InputError} TABLE_NOT_READABLE, whatever `onDrop` throws
 */
export async function* readRows(path: string, onDrop: OnDrop): AsyncGenerator<Row> {
  const name = basename(path);
  try {
    yield* /\.jsonl$/i.test(path) ? jsonRows(path, name, onDrop) : delimitedRows(path, name, onDrop);
  } catch (cause) {
    if (cause instanceof InputError) throw cause;
    throw new InputError("TABLE_NOT_READABLE", path, String(cause), "check the path and the format", { cause });
  }
}

/** Where a table's picture is: below the table's folder, at an absolute path, or at a URL. */
export const picturePath = (table: string, path: string): string =>
  /^https?:\/\//.test(path) || isAbsolute(path) ? path : join(dirname(table), path);

function sampleOf(row: Row, columns: PairColumns, table: string, where: string, onDrop: OnDrop): Sample | undefined {
  const path = row[columns.path];
  if (typeof path !== "string" || path.trim() === "") {
    onDrop(where, "IMAGE_MISSING");
    return undefined;
  }
  const key = path.trim();
  const language = columns.language === undefined ? undefined : row[columns.language];
  const captions = captionsOf(row[columns.caption], typeof language === "string" ? language : undefined, key, onDrop);
  if (captions.length === 0) return undefined;
  const at = picturePath(table, key);
  const used: (string | undefined)[] = [columns.path, columns.caption, columns.language];
  const metadata = Object.fromEntries(Object.entries(row).filter(([name]) => !used.includes(name)));
  return { key, image: { read: () => platform.readBytes(at) }, captions, metadata };
}

async function* delimitedRows(path: string, name: string, onDrop: OnDrop): AsyncGenerator<Row> {
  const isTsv = /\.tsv$/i.test(path);
  const parser = parse({
    bom: true,
    columns: true,
    delimiter: isTsv ? "\t" : ",",
    ...(isTsv ? { quote: null } : { relax_quotes: true }), // in tab-separated values a quote is a character like any other
    skip_empty_lines: true,
    skip_records_with_error: true, // reported as "skip"
  });
  const malformed: string[] = [];
  // Not dropped at once: what onDrop throws has to come out of the iteration, not of the parser's event.
  parser.on("skip", (error: { readonly lines?: number } | undefined) =>
    malformed.push(`${name}: line ${error?.lines ?? "?"}`),
  );
  const dropMalformed = (): void => malformed.splice(0).forEach((line) => onDrop(line, "ROW_MALFORMED"));
  const file = createReadStream(path);
  file.on("error", (error) => parser.destroy(error));
  for await (const row of file.pipe(parser)) {
    dropMalformed();
    yield JsonObject.parse(row);
  }
  dropMalformed();
}

async function* jsonRows(path: string, name: string, onDrop: OnDrop): AsyncGenerator<Row> {
  const file = await open(path);
  let number = 0;
  for await (const line of file.readLines()) {
    number++;
    if (line.trim() === "") continue;
    const row = parseObject(line);
    if (row === undefined) onDrop(`${name}: line ${number}`, "ROW_MALFORMED");
    else yield row;
  }
}
