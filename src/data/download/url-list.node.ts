import { createReadStream } from "node:fs";
import { readdir, stat } from "node:fs/promises";
import { basename, join } from "node:path";
import { createInterface } from "node:readline";
import { InputError, nearest } from "../../platform/error.ts";
import { reasonOf } from "../../platform/node/files.ts";
import { readParquet } from "../formats/parquet/read-parquet.node.ts";
import { readRows, tableEnding } from "../formats/table.node.ts";
import type { OnDrop } from "../sample.ts";

/** A row of a list of pictures' addresses. */
export interface ListRow {
  /** Position in the whole list, from 0. */
  readonly index: number;
  /** As it is in the list; empty if it has none. */
  readonly url: string;
  readonly caption: string | undefined;
  /** Hash of the file that the list names, in hex. */
  readonly hash: string | undefined;
  /** The other columns, that of hashes too. */
  readonly metadata: Readonly<Record<string, unknown>>;
}

/** Which columns of a list are what; the usual names if absent. */
export interface ListColumns {
  readonly url?: string | undefined;
  readonly caption?: string | undefined;
  /** Column of the files' MD5, SHA-1 or SHA-256 in hex; no default. */
  readonly hash?: string | undefined;
}

const usualUrl = ["url", "image_url", "img_url", "image", "link"];
const usualCaption = ["caption", "text", "title", "alt_text", "alt"];
const listEnding = /\.(txt|csv|tsv|jsonl|parquet)$/i;

/** The files of a list: the file itself, or those of a folder that are lists, by name. @throws {InputError} LIST_NOT_FOUND, LIST_NOT_RECOGNISED */
export async function listFiles(path: string): Promise<readonly string[]> {
  const info = await stat(path).catch((cause: unknown) => {
    throw new InputError("LIST_NOT_FOUND", path, reasonOf(cause), "check the path", { cause });
  });
  const names = info.isDirectory() ? (await readdir(path)).sort().map((name) => join(path, name)) : [path];
  const files = names.filter((name) => listEnding.test(name));
  if (files.length > 0) return files;
  throw new InputError(
    "LIST_NOT_RECOGNISED",
    path,
    "it is no list of addresses, and has none in it",
    "give a .txt (an address a line), .csv, .tsv, .jsonl or .parquet file, or a folder of them",
  );
}

/**
 * The rows of a list, one file after the other. A text file has an address a line; tables have a column of addresses and may have one of
 * captions. What is no row at all is dropped as ROW_MALFORMED.
 *
 * @throws {InputError} COLUMN_MISSING, TABLE_NOT_READABLE, PARQUET_NOT_READABLE, PARQUET_CORRUPT, whatever `onDrop` throws
 */
export async function* readList(
  files: readonly string[],
  columns: ListColumns,
  onDrop: OnDrop,
): AsyncGenerator<ListRow> {
  let index = 0;
  for (const file of files) for await (const row of readFile(file, columns, onDrop)) yield { index: index++, ...row };
}

type Row = Omit<ListRow, "index">;

async function* readFile(file: string, columns: ListColumns, onDrop: OnDrop): AsyncGenerator<Row> {
  if (/\.txt$/i.test(file)) {
    for await (const line of textLines(file))
      if (line.trim() !== "") yield { url: line.trim(), caption: undefined, hash: undefined, metadata: {} };
    return;
  }
  let roles: Roles | undefined;
  for await (const row of tableEnding.test(file) ? readRows(file, onDrop) : parquetRows(file)) {
    roles ??= findRoles(Object.keys(row), columns, basename(file));
    const { url, caption, hash } = roles;
    const others = Object.entries(row).filter(([name]) => name !== url && name !== caption);
    const metadata = Object.fromEntries(others.map(([name, value]) => [name, jsonValue(value)]));
    const text = (column: string | undefined): string | undefined => textOf(column === undefined ? null : row[column]);
    yield { url: text(url) ?? "", caption: text(caption), hash: text(hash), metadata };
  }
}

async function* textLines(file: string): AsyncGenerator<string> {
  try {
    yield* createInterface({ input: createReadStream(file, "utf8"), crlfDelay: Infinity });
  } catch (cause) {
    throw new InputError("TABLE_NOT_READABLE", file, reasonOf(cause), "check the path and the format", { cause });
  }
}

async function* parquetRows(file: string): AsyncGenerator<Record<string, unknown>> {
  for await (const rows of readParquet(file)) yield* rows;
}

type Roles = ListColumns & { readonly url: string };

function findRoles(found: readonly string[], asked: ListColumns, where: string): Roles {
  const byName = (names: readonly string[]): string | undefined =>
    names.flatMap((name) => found.filter((column) => column.trim().toLowerCase() === name))[0];
  const url = asked.url === undefined ? byName(usualUrl) : needed(asked.url, found, where);
  if (url === undefined)
    throw new InputError(
      "COLUMN_MISSING",
      where,
      `no column of addresses among ${found.map((name) => JSON.stringify(name)).join(", ")}`,
      found.some((name) => /^https?:\/\//i.test(name))
        ? "the first line has an address already: put a line with the columns' names above it"
        : `name the column, or call it one of ${usualUrl.join(", ")}`,
    );
  return {
    url,
    caption: asked.caption === undefined ? byName(usualCaption) : needed(asked.caption, found, where),
    hash: asked.hash === undefined ? undefined : needed(asked.hash, found, where),
  };
}

function needed(name: string, found: readonly string[], where: string): string {
  if (found.includes(name)) return name;
  const near = nearest(name, found);
  throw new InputError(
    "COLUMN_MISSING",
    where,
    `no column ${JSON.stringify(name)} among ${found.map((column) => JSON.stringify(column)).join(", ")}`,
    near === undefined ? "name one of these" : `did you mean ${JSON.stringify(near)}?`,
  );
}

/** A text that is not blank. */
const textOf = (value: unknown): string | undefined =>
  typeof value === "string" && value.trim() !== "" ? value.trim() : undefined;

/** A value as JSON can hold it. */
function jsonValue(value: unknown): unknown {
  if (typeof value === "bigint") return String(value);
  return value instanceof Uint8Array ? null : value;
}
