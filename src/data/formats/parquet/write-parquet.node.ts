import { ByteWriter, ParquetWriter as Encoder } from "hyparquet-writer";
import { InputError } from "../../../platform/error.ts";
import { AtomicFile } from "../atomic-file.node.ts";
import { encodable, isDense, schemaOf, type ParquetColumns, type ParquetRow, type ParquetType } from "./schema.ts";

/** How a Parquet file is laid out. */
export interface ParquetWriterOptions {
  /** Rows of a row group at most; 10,000 if absent. Readers hold one row group in memory. */
  readonly rowGroupRows?: number;
  /** Bytes of a row group at about the most; 32 MiB if absent. */
  readonly rowGroupBytes?: number;
  /** Texts in the file's footer, e.g. `huggingface`. */
  readonly metadata?: Readonly<Record<string, string>>;
}

/**
 * Writes a Parquet file row by row; the file appears under its name when it is closed, and memory holds one row group. Pictures and vectors
 * are stored as they are, other columns with Snappy and dictionaries.
 *
 * @example
 * await using file = await ParquetWriter.create("scores.parquet", { key: "string", score: "double" });
 * await file.append({ key: "a", score: 0.5 });
 * await file.close(); // without it nothing is left
 */
export class ParquetWriter {
  readonly #file: AtomicFile;
  readonly #columns: readonly (readonly [name: string, type: ParquetType])[];
  readonly #bytes = new ByteWriter();
  readonly #encoder: Encoder;
  readonly #limits: { readonly rows: number; readonly bytes: number };
  #pending: Record<string, unknown>[] = [];
  #pendingBytes = 0;
  #rows = 0;

  private constructor(file: AtomicFile, columns: ParquetColumns, options: ParquetWriterOptions) {
    const { rowGroupRows = 10_000, rowGroupBytes = 2 ** 25, metadata = {} } = options;
    this.#file = file;
    this.#columns = Object.entries(columns);
    this.#limits = { rows: rowGroupRows, bytes: rowGroupBytes };
    this.#encoder = new Encoder({
      writer: this.#bytes,
      schema: schemaOf(columns),
      createdBy: "fovea",
      kvMetadata: Object.entries(metadata).map(([key, value]) => ({ key, value })),
    });
  }

  /** @throws {InputError} FILE_NOT_WRITABLE */
  static async create(
    path: string,
    columns: ParquetColumns,
    options: ParquetWriterOptions = {},
  ): Promise<ParquetWriter> {
    return new ParquetWriter(await AtomicFile.create(path), columns, options);
  }

  /** Rows appended so far. */
  get rows(): number {
    return this.#rows;
  }

  /** Bytes of the file so far, about. */
  get bytes(): number {
    return this.#file.bytes + this.#pendingBytes;
  }

  /** @throws {InputError} PARQUET_VALUE_INVALID if a value is not of its column's type */
  async append(row: ParquetRow): Promise<void> {
    const encoded: Record<string, unknown> = {};
    for (const [name, type] of this.#columns) {
      try {
        encoded[name] = encodable(row[name], type);
      } catch (cause) {
        throw new InputError(
          "PARQUET_VALUE_INVALID",
          `${this.#file.path}: row ${this.#rows + 1}, column ${name}`,
          cause instanceof Error ? cause.message : String(cause),
          "give a value of the column's type, or null",
          { cause },
        );
      }
      this.#pendingBytes += sizeOf(encoded[name]);
    }
    this.#pending.push(encoded);
    this.#rows++;
    if (this.#pending.length >= this.#limits.rows || this.#pendingBytes >= this.#limits.bytes) await this.#writeGroup();
  }

  /** Writes the rest and the footer, and puts the file under its name. */
  async close(): Promise<void> {
    await this.#writeGroup();
    await this.#encoder.finish();
    await this.#flush();
    await this.#file.commit();
  }

  /** Removes what was written, unless the file was closed. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#file[Symbol.asyncDispose]();
  }

  async #writeGroup(): Promise<void> {
    if (this.#pending.length === 0) return;
    const rows = this.#pending;
    this.#pending = [];
    this.#pendingBytes = 0;
    const columnData = this.#columns.map(([name, type]) => ({
      name,
      data: rows.map((row) => row[name]),
      ...(isDense(type) && ({ codec: "UNCOMPRESSED", encoding: "PLAIN", statistics: false } as const)),
    }));
    await this.#encoder.write({ columnData, rowGroupSize: rows.length });
    await this.#flush();
  }

  async #flush(): Promise<void> {
    await this.#file.write(this.#bytes.getBytes());
    this.#bytes.index = 0; // `offset` goes on: it is the position in the file
  }
}

/** Bytes that a value takes, about. */
function sizeOf(value: unknown): number {
  if (typeof value === "string") return value.length;
  if (value instanceof Uint8Array) return value.length;
  if (Array.isArray(value)) return typeof value[0] === "number" ? 4 * value.length : sum(value);
  return typeof value === "object" && value !== null ? sum(Object.values(value)) : 8;
}

const sum = (values: readonly unknown[]): number => values.reduce<number>((total, value) => total + sizeOf(value), 0);
