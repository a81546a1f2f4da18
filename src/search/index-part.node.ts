import { open } from "node:fs/promises";
import type { SchemaElement } from "hyparquet";
import { parquetMetadataAsync } from "hyparquet";
import { ByteWriter, ParquetWriter } from "hyparquet-writer";
import * as z from "zod";
import { AtomicFile } from "../data/formats/atomic-file.node.ts";
import { openParquet } from "../data/formats/parquet/read-parquet.node.ts";
import { InputError } from "../platform/error.ts";
import { readBytes, reasonOf } from "../platform/node/files.ts";
import type { IndexDType, IndexedPicture } from "./index-format.ts";
import { appendVectors, readVectors, vectorSchema, type StoredVectors } from "./vector-column.ts";

/** Rows of a row group at most: so many are compared at once, and read to show one. */
export const groupRows = 8192;

const text = { type: "BYTE_ARRAY", converted_type: "UTF8", logical_type: { type: "STRING" } } as const;
const whole = { type: "INT64" } as const;
const moment = { type: "INT64", converted_type: "TIMESTAMP_MILLIS" } as const;

/** Parquet types of an index' columns. */
const columns = {
  key: text,
  path: text,
  caption: text,
  bytes: whole,
  modified: moment,
  width: whole,
  height: whole,
  date: moment,
  digest: text,
  metadata: text,
} as const satisfies Record<keyof IndexedPicture, Partial<SchemaElement>>;

const names = Object.keys(columns);
const vectorName = "embedding";

const wholeNumber = z.number().nullable();
const milliseconds = z
  .date()
  .transform((date) => date.getTime())
  .nullable();
const Row = z.object({
  key: z.string(),
  path: z.string().nullable(),
  caption: z.string(),
  bytes: wholeNumber,
  modified: milliseconds,
  width: wholeNumber,
  height: wholeNumber,
  date: milliseconds,
  digest: z.string(),
  metadata: z.string(),
});

/** Writes a file of an index: pictures and their vectors, a row group at a time. It appears under its name when it is closed. */
export class PartWriter {
  readonly #file: AtomicFile;
  readonly #width: number;
  readonly #bytes = new ByteWriter();
  readonly #encoder: ParquetWriter;
  #rows = 0;

  private constructor(file: AtomicFile, width: number, dtype: IndexDType) {
    this.#file = file;
    this.#width = width;
    const scalars = Object.entries(columns).map(
      ([name, type]) => ({ name, repetition_type: "OPTIONAL", ...type }) as const,
    );
    this.#encoder = new ParquetWriter({
      writer: this.#bytes,
      schema: [{ name: "root", num_children: scalars.length + 1 }, ...scalars, ...vectorSchema(vectorName, dtype)],
      createdBy: "fovea",
    });
  }

  /** @throws {InputError} FILE_NOT_WRITABLE */
  static async create(path: string, width: number, dtype: IndexDType): Promise<PartWriter> {
    return new PartWriter(await AtomicFile.create(path), width, dtype);
  }

  /** Rows so far. */
  get rows(): number {
    return this.#rows;
  }

  /**
   * Appends a row group.
   * @param pictures at most {@link groupRows}
   * @param vectors  `[pictures, width]`
   */
  async append(pictures: readonly IndexedPicture[], vectors: StoredVectors): Promise<void> {
    if (pictures.length === 0) return;
    const whole = (value: number | null): bigint | null => (value === null ? null : BigInt(Math.trunc(value)));
    const rows = pictures.map((picture): Readonly<Record<string, string | bigint | null>> => ({
      ...picture,
      bytes: whole(picture.bytes),
      modified: whole(picture.modified),
      width: whole(picture.width),
      height: whole(picture.height),
      date: whole(picture.date),
    }));
    const columnData = names.map((name) => ({ name, data: rows.map((row) => row[name]) }));
    await this.#encoder.write({ columnData, rowGroupSize: pictures.length });
    this.#encoder.row_groups.at(-1)!.columns.push(appendVectors(this.#bytes, vectorName, vectors, this.#width));
    this.#rows += pictures.length;
    await this.#flush();
  }

  /** Writes the footer, and puts the file under its name. */
  async close(): Promise<void> {
    await this.#encoder.finish();
    await this.#flush();
    await this.#file.commit();
  }

  /** Removes what was written, unless the file was closed. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#file[Symbol.asyncDispose]();
  }

  async #flush(): Promise<void> {
    await this.#file.write(this.#bytes.getBytes());
    this.#bytes.index = 0; // `offset` goes on: it is the position in the file
  }
}

/** Rows of a part that stand together. */
export interface RowGroup {
  /** The first of its rows, within the part. */
  readonly start: number;
  readonly rows: number;
}

/** A file of an index, its footer read. */
export interface Part {
  readonly rows: number;
  readonly groups: readonly RowGroup[];
  /** @returns `[rows, width]` @throws {InputError} INDEX_CORRUPT */
  readonly vectors: (group: RowGroup) => Promise<StoredVectors>;
  /** @throws {InputError} INDEX_CORRUPT */
  readonly pictures: (group: RowGroup) => Promise<IndexedPicture[]>;
}

/**
 * Opens a file that {@link PartWriter} wrote.
 * @throws {InputError} INDEX_CORRUPT
 */
export async function openPart(path: string, width: number, dtype: IndexDType): Promise<Part> {
  const metadata = await guarded(path, () => footerOf(path));
  const groups = new Map<RowGroup, readonly [start: number, end: number]>();
  let start = 0;
  for (const { columns, num_rows } of metadata.row_groups) {
    const chunk = columns.find(({ meta_data }) => meta_data?.path_in_schema[0] === vectorName)?.meta_data;
    const at = Number(chunk?.data_page_offset ?? 0);
    const rows = Number(num_rows);
    groups.set({ start, rows }, [at, at + Number(chunk?.total_compressed_size ?? 0)]);
    start += rows;
  }
  return {
    rows: start,
    groups: [...groups.keys()],
    vectors: (group) =>
      guarded(path, async () => readVectors(await readBytes(path, groups.get(group)), dtype, group.rows * width)),
    pictures: (group) =>
      guarded(path, async () => {
        await using file = await openParquet(path);
        for await (const rows of file.read({ columns: names, start: group.start })) return z.array(Row).parse(rows);
        throw new Error(`no rows from ${group.start}`);
      }),
  };
}

async function footerOf(path: string) {
  await using file = await open(path, "r");
  const { size } = await file.stat();
  return await parquetMetadataAsync({ byteLength: size, slice: (start, end = size) => slice(start, end) });

  async function slice(start: number, end: number): Promise<ArrayBuffer> {
    const bytes = new Uint8Array(end - start);
    await file.read(bytes, 0, bytes.length, start);
    return bytes.buffer;
  }
}

async function guarded<T>(path: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    throw new InputError(
      "INDEX_CORRUPT",
      path,
      reasonOf(cause),
      "remove the index and make it again with `fovea index`",
      {
        cause,
      },
    );
  }
}
