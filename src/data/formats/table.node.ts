import { basename, dirname, isAbsolute, join } from "node:path";
import { Readable } from "node:stream";
import { platform } from "#platform";
import { parse } from "csv-parse";
import { InputError } from "../../platform/error.ts";
import { reasonOf } from "../../platform/node/files.ts";
import type { OnDrop, Sample } from "../sample.ts";
import { byteStream, isUrl, linesOf } from "./byte-stream.node.ts";
import { findCaption, isFolderMetadata, needColumn } from "./columns.ts";
import { jsonElements } from "./json-elements.ts";
import { JsonObject, parseObject } from "./json-object.ts";
import type { ReadOptions } from "./read-options.ts";
import { fieldsOf, hasTexts, type SampleRecord } from "./sample-record.ts";
import { decodeUtf8 } from "./utf8.ts";

/** File-name endings of tables. */
export const tableEnding = /\.(csv|tsv|jsonl|json)(\.gz)?$/i;

/**
 * Samples of a CSV, TSV or JSONL file, or of a JSON file that is a list (LLaVA's), with a column of picture paths (relative to the file's
 * folder, absolute, or http URLs) and captions or conversations. The other columns become metadata. Pictures are read when they are needed.
 *
 * Drops rows by reason: ROW_MALFORMED, TEXT_NOT_UTF8, IMAGE_MISSING, CAPTION_MISSING, CAPTION_EMPTY.
 *
 * @throws {InputError} COLUMN_MISSING, TABLE_NOT_READABLE
 */
export async function* readTable(path: string, options: ReadOptions): AsyncGenerator<Sample> {
  const { onDrop, keepUncaptioned = false, images } = options;
  const name = basename(path);
  let column: string | undefined;
  let number = 0;
  for await (const row of readRows(path, onDrop)) {
    number++;
    if (column === undefined) {
      column =
        isFolderMetadata(name) && "file_name" in row ? "file_name" : needColumn("picture", Object.keys(row), name);
      if (!keepUncaptioned && !hasTexts(row)) needColumn("caption", Object.keys(row), name);
    }
    const at = row[column];
    if (typeof at !== "string" || at.trim() === "") {
      onDrop(`${name}: row ${number}`, "IMAGE_MISSING");
      continue;
    }
    const key = typeof row["key"] === "string" && row["key"] !== "" ? row["key"] : at.trim();
    const fields = fieldsOf(/\.[ct]sv(\.gz)?$/i.test(path) ? withoutBlanks(row) : row, key, {
      onDrop,
      keepUncaptioned,
      used: [column, "key"],
    });
    if (fields !== undefined) yield { key, image: pictureAt(picturePath(path, at.trim(), images)), ...fields };
  }
}

/** A row without its blank cells, which stand for what is absent; that of the caption stays, for it tells an empty caption from none. */
function withoutBlanks(row: SampleRecord): SampleRecord {
  const caption = findCaption(Object.keys(row));
  return Object.fromEntries(Object.entries(row).filter(([name, cell]) => cell !== "" || name === caption));
}

/** A picture in its own file. */
export const pictureAt = (at: string): { read: () => Promise<Uint8Array>; at: string } => ({
  at,
  read: () => platform.readBytes(at),
});

/**
 * The rows of a CSV, TSV or JSONL file, or of a JSON file that is a list, by column name; drops what is no row as ROW_MALFORMED, or as TEXT_NOT_UTF8.
 * @throws {InputError} TABLE_NOT_READABLE, whatever `onDrop` throws
 */
export async function* readRows(path: string, onDrop: OnDrop): AsyncGenerator<SampleRecord> {
  const name = basename(path);
  try {
    if (/\.jsonl(\.gz)?$/i.test(path)) yield* jsonRows(path, name, onDrop);
    else if (/\.json(\.gz)?$/i.test(path)) yield* listRows(path, name, onDrop);
    else yield* delimitedRows(path, name, onDrop);
  } catch (cause) {
    if (cause instanceof InputError && cause.code !== "FILE_NOT_READABLE") throw cause;
    throw new InputError("TABLE_NOT_READABLE", path, reasonOf(cause), "check the path and the format", { cause });
  }
}

/** Where a table's picture is: below `images` or the table's folder, at an absolute path, or at a URL. */
export function picturePath(table: string, path: string, images?: string): string {
  if (isUrl(path) || isAbsolute(path)) return path;
  const base = images ?? (isUrl(table) ? new URL(".", table).href : dirname(table));
  return isUrl(base) ? new URL(path, base.endsWith("/") ? base : `${base}/`).href : join(base, path);
}

async function* delimitedRows(path: string, name: string, onDrop: OnDrop): AsyncGenerator<SampleRecord> {
  const isTsv = /\.tsv(\.gz)?$/i.test(path);
  const bytes = byteStream(path);
  const first = await bytes.next();
  const start = first.done ? new Uint8Array() : first.value;
  const isUtf16 = start[0] === 0xff && start[1] === 0xfe;
  const isMarked = start[0] === 0xef && start[1] === 0xbb && start[2] === 0xbf;
  // As Latin-1, which loses no byte, so that each cell is checked when it is decoded; of UTF-16 the parser takes care.
  const parser = parse({
    ...(isUtf16 ? { bom: true } : { encoding: "latin1" as const }),
    columns: isUtf16 || ((names: string[]) => names.map((name) => cellOf(name) ?? name)),
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
  const file = Readable.from(startingWith(isMarked ? start.subarray(3) : start, bytes), { objectMode: false });
  file.on("error", (error) => parser.destroy(error));
  let number = 0;
  for await (const row of file.pipe(parser)) {
    dropMalformed();
    number++;
    const cells = Object.entries(JsonObject.parse(row)).map(
      ([column, cell]) => [column, typeof cell === "string" && !isUtf16 ? cellOf(cell) : cell] as const,
    );
    if (cells.some(([, cell]) => cell === undefined)) onDrop(`${name}: row ${number}`, "TEXT_NOT_UTF8");
    else yield Object.fromEntries(cells);
  }
  dropMalformed();
}

/** The text of a cell that was read as Latin-1; `undefined` if it is no UTF-8. */
const cellOf = (cell: string): string | undefined =>
  /[\x80-\xff]/.test(cell) ? decodeUtf8(Buffer.from(cell, "latin1")) : cell;

async function* startingWith(first: Uint8Array, rest: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  yield first;
  yield* rest;
}

async function* jsonRows(path: string, name: string, onDrop: OnDrop): AsyncGenerator<SampleRecord> {
  let number = 0;
  for await (const line of linesOf(byteStream(path))) {
    number++;
    if (line?.trim() === "") continue;
    const row = line === undefined ? undefined : parseObject(line);
    if (row === undefined) onDrop(`${name}: line ${number}`, line === undefined ? "TEXT_NOT_UTF8" : "ROW_MALFORMED");
    else yield row;
  }
}

async function* listRows(path: string, name: string, onDrop: OnDrop): AsyncGenerator<SampleRecord> {
  let number = 0;
  for await (const { list, bytes } of jsonElements(byteStream(path))) {
    if (list !== "") throw new Error("it is no list of rows, nor COCO");
    number++;
    const text = decodeUtf8(bytes);
    const row = text === undefined ? undefined : parseObject(text);
    if (row === undefined) onDrop(`${name}: row ${number}`, text === undefined ? "TEXT_NOT_UTF8" : "ROW_MALFORMED");
    else yield row;
  }
}
