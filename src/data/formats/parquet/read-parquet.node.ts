import { open } from "node:fs/promises";
import {
  asyncBufferFromUrl,
  parquetMetadataAsync,
  parquetReadObjects,
  parquetSchema,
  type AsyncBuffer,
  type Compressors,
  type FileMetaData,
  type SchemaTree,
} from "hyparquet";
import { compressors } from "hyparquet-compressors";
import { InputError } from "../../../platform/error.ts";
import { reasonOf } from "../../../platform/node/files.ts";

/** Which part of a Parquet file is read. */
export interface ReadParquetOptions {
  /** Only these columns are read from disk; all if absent. */
  readonly columns?: readonly string[];
  /** The first row, counted from 0. */
  readonly start?: number;
  /** The row after the last one; the file's end if absent. */
  readonly end?: number;
}

/** A Parquet file whose footer was read. */
export interface ParquetFile {
  readonly path: string;
  readonly rows: number;
  /** Rows of each row group. */
  readonly rowGroups: readonly number[];
  readonly columns: readonly string[];
  /** Texts in the file's footer, e.g. `huggingface`. */
  readonly metadata: Readonly<Record<string, string>>;
  /**
   * The rows, a row group at a time: strings, numbers (whole ones beyond 53 bits as bigint), booleans, dates, `Uint8Array`s, lists and objects.
   * @throws {InputError} COLUMN_MISSING, PARQUET_CORRUPT with the row group
   */
  readonly read: (options?: ReadParquetOptions) => AsyncGenerator<Record<string, unknown>[]>;
  readonly [Symbol.asyncDispose]: () => Promise<void>;
}

/**
 * Opens a Parquet file, local or behind HTTP, where only the ranges that are needed are fetched. All compressions but LZO are read.
 * @throws {InputError} PARQUET_NOT_READABLE
 */
export async function openParquet(path: string): Promise<ParquetFile> {
  const source = /^https?:\/\//.test(path) ? await openUrl(path) : await openLocal(path);
  const metadata = await footerOf(source.buffer, path).catch(async (error: unknown) => {
    await source.close();
    throw error;
  });
  const tree = parquetSchema(metadata).children;
  const columns = tree.map(({ element }) => element.name);
  return {
    path,
    rows: Number(metadata.num_rows),
    rowGroups: metadata.row_groups.map(({ num_rows }) => Number(num_rows)),
    columns,
    metadata: Object.fromEntries((metadata.key_value_metadata ?? []).map(({ key, value }) => [key, value ?? ""])),
    read: (options) => readGroups(path, source.buffer, metadata, tree, options ?? {}),
    [Symbol.asyncDispose]: source.close,
  };
}

/**
 * Reads a Parquet file, a row group at a time, and closes it: {@link openParquet} in one call.
 * @throws {InputError} PARQUET_NOT_READABLE, COLUMN_MISSING, PARQUET_CORRUPT
 */
export async function* readParquet(
  path: string,
  options?: ReadParquetOptions,
): AsyncGenerator<Record<string, unknown>[]> {
  await using file = await openParquet(path);
  yield* file.read(options);
}

/** Those of the library, but for its LZ4, which takes a page without bytes for damage. */
const decompressors: Compressors = {
  ...compressors,
  LZ4_RAW: (input, length) => (length === 0 ? new Uint8Array() : compressors.LZ4_RAW!(input, length)),
};

async function* readGroups(
  path: string,
  buffer: AsyncBuffer,
  metadata: FileMetaData,
  tree: readonly SchemaTree[],
  { columns, start = 0, end = Infinity }: ReadParquetOptions,
): AsyncGenerator<Record<string, unknown>[]> {
  const names = tree.map(({ element }) => element.name);
  const missing = columns?.find((column) => !names.includes(column));
  if (missing !== undefined)
    throw new InputError("COLUMN_MISSING", path, `no column ${JSON.stringify(missing)}`, `it has ${names.join(", ")}`);
  const wide = tree.filter((column) => hasWide(column)).map(({ element }) => element.name);
  let groupStart = 0;
  for (const [number, { num_rows }] of metadata.row_groups.entries()) {
    const groupEnd = groupStart + Number(num_rows);
    if (groupEnd > start && groupStart < end) {
      const range = { rowStart: Math.max(start, groupStart), rowEnd: Math.min(end, groupEnd) };
      const options = {
        file: buffer,
        metadata,
        compressors: decompressors,
        utf8: false,
        ...(columns && { columns: [...columns] }),
      };
      const rows: Record<string, unknown>[] = await parquetReadObjects({ ...options, ...range }).catch(
        (cause: unknown) => {
          throw new InputError(
            "PARQUET_CORRUPT",
            `${path}: row group ${number + 1} of ${metadata.row_groups.length}`,
            reasonOf(cause),
            "fetch or write the file again",
            { cause },
          );
        },
      );
      for (const row of rows) {
        for (const column of wide) if (column in row) row[column] = narrow(row[column]);
        for (const column in row) row[column] ??= null; // the reader gives undefined for lists and structs
      }
      yield rows;
    }
    groupStart = groupEnd;
  }
}

/** Whether a column holds 64-bit numbers, which are read as bigint. */
const hasWide = ({ element, children }: SchemaTree): boolean => element.type === "INT64" || children.some(hasWide);

function narrow(value: unknown): unknown {
  if (typeof value === "bigint") return Number.isSafeInteger(Number(value)) ? Number(value) : value;
  if (Array.isArray(value)) return value.map(narrow);
  if (value instanceof BigInt64Array || value instanceof BigUint64Array) return Array.from(value, narrow);
  if (typeof value !== "object" || value === null || ArrayBuffer.isView(value) || value instanceof Date) return value;
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, narrow(inner)]));
}

interface Source {
  readonly buffer: AsyncBuffer;
  readonly close: () => Promise<void>;
}

async function openLocal(path: string): Promise<Source> {
  try {
    const file = await open(path, "r");
    const { size: byteLength } = await file.stat();
    return { buffer: { byteLength, slice: (start, end = byteLength) => slice(start, end) }, close: () => file.close() };

    async function slice(start: number, end: number): Promise<ArrayBuffer> {
      const bytes = new Uint8Array(end - start);
      for (let filled = 0; filled < bytes.length;) {
        const { bytesRead } = await file.read(bytes, filled, bytes.length - filled, start + filled);
        if (bytesRead === 0) throw new Error(`the file ends at byte ${start + filled}, before byte ${end}`);
        filled += bytesRead;
      }
      return bytes.buffer;
    }
  } catch (cause) {
    throw notReadable(path, cause);
  }
}

async function openUrl(url: string): Promise<Source> {
  try {
    return { buffer: await asyncBufferFromUrl({ url }), close: async () => {} };
  } catch (cause) {
    throw notReadable(url, cause);
  }
}

async function footerOf(buffer: AsyncBuffer, path: string): Promise<FileMetaData> {
  try {
    return await parquetMetadataAsync(buffer);
  } catch (cause) {
    throw notReadable(path, cause);
  }
}

const notReadable = (path: string, cause: unknown): InputError =>
  new InputError(
    "PARQUET_NOT_READABLE",
    path,
    reasonOf(cause),
    "check the path; a Parquet file that was cut off has no footer and has to be fetched again",
    { cause },
  );
