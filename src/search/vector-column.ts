import type { ColumnChunk, SchemaElement } from "hyparquet";
import { parquetHeader } from "hyparquet/src/column.js";
import type { ByteWriter } from "hyparquet-writer";
import { writePageHeader } from "hyparquet-writer/src/datapage.js";
import type { IndexDType } from "./index-format.ts";

/**
 * A Parquet column of vectors: `list<float>` or `list<float16>`, as other readers expect it. Its values stand one after the other in the
 * file, so here they are copied as they are; by way of JavaScript's lists a thousand rows of 512 took seconds.
 */
export const vectorSchema = (name: string, dtype: IndexDType): SchemaElement[] => [
  { name, repetition_type: "REQUIRED", num_children: 1, converted_type: "LIST", logical_type: { type: "LIST" } },
  { name: "list", repetition_type: "REPEATED", num_children: 1 },
  { name: "element", repetition_type: "REQUIRED", ...elements[dtype] },
];

const elements = {
  float32: { type: "FLOAT" },
  float16: { type: "FIXED_LEN_BYTE_ARRAY", type_length: 2, logical_type: { type: "FLOAT16" } },
} as const satisfies Record<IndexDType, Partial<SchemaElement>>;

/** Vectors as they stand in a file: float32, or the bits of float16. */
export type StoredVectors = Float32Array | Uint16Array;

/** The element type of stored vectors. */
export const dtypeOf = (vectors: StoredVectors): IndexDType =>
  vectors instanceof Float32Array ? "float32" : "float16";

/** Room for `count` numbers of a type. */
export const vectorsFor = (dtype: IndexDType, count: number): StoredVectors =>
  dtype === "float32" ? new Float32Array(count) : new Uint16Array(count);

/**
 * Appends a row group's column of vectors, in one page.
 * @param vectors `[rows, width]`
 * @returns what the footer says of it
 */
export function appendVectors(writer: ByteWriter, name: string, vectors: StoredVectors, width: number): ColumnChunk {
  const start = writer.offset;
  const rows = vectors.length / width;
  const levels = levelsOf(rows, width);
  const values = new Uint8Array(vectors.buffer, vectors.byteOffset, vectors.byteLength);
  const pageBytes = levels.repetition.length + levels.definition.length + values.length;
  writePageHeader(writer, {
    type: "DATA_PAGE_V2",
    uncompressed_page_size: pageBytes,
    compressed_page_size: pageBytes,
    data_page_header_v2: {
      num_values: vectors.length,
      num_nulls: 0,
      num_rows: rows,
      encoding: "PLAIN",
      definition_levels_byte_length: levels.definition.length,
      repetition_levels_byte_length: levels.repetition.length,
      is_compressed: false,
    },
  });
  for (const part of [levels.repetition, levels.definition, values]) writer.appendBytes(part);
  const size = BigInt(writer.offset - start);
  return {
    file_offset: BigInt(start),
    meta_data: {
      type: elements[dtypeOf(vectors)].type,
      encodings: ["PLAIN", "RLE"],
      path_in_schema: [name, "list", "element"],
      codec: "UNCOMPRESSED",
      num_values: BigInt(vectors.length),
      total_uncompressed_size: size,
      total_compressed_size: size,
      data_page_offset: BigInt(start),
    },
  };
}

/**
 * Reads the pages of a column chunk that {@link appendVectors} wrote.
 * @param chunk its bytes
 * @returns `[rows, width]`
 * @throws {Error} if they are not what the footer says
 */
export function readVectors(chunk: Uint8Array, dtype: IndexDType, count: number): StoredVectors {
  const vectors = vectorsFor(dtype, count);
  const bytes = new Uint8Array(vectors.buffer);
  const reader = { view: new DataView(chunk.buffer, chunk.byteOffset, chunk.byteLength), offset: 0 };
  const { data_page_header_v2: page, compressed_page_size: size } = parquetHeader(reader);
  const levels = (page?.repetition_levels_byte_length ?? 0) + (page?.definition_levels_byte_length ?? 0);
  const values = chunk.subarray(reader.offset + levels, reader.offset + size);
  if (page?.encoding !== "PLAIN" || page.num_values !== count || values.length !== bytes.length)
    throw new Error(`a page of ${page?.num_values ?? 0} numbers in ${values.length} bytes, not of ${count}`);
  bytes.set(values);
  return vectors;
}

/** Which values begin a list (0) and which go on with it (1), and that each is there (1): runs of equal levels. */
function levelsOf(rows: number, width: number): { readonly repetition: Uint8Array; readonly definition: Uint8Array } {
  const row = [...run(1, 0), ...(width > 1 ? run(width - 1, 1) : [])];
  const repetition = new Uint8Array(row.length * rows);
  for (let i = 0; i < rows; i++) repetition.set(row, i * row.length);
  return { repetition, definition: Uint8Array.from(run(rows * width, 1)) };
}

/** A run in the RLE encoding of Parquet for levels of one bit: twice the length as a variable-length number, the level. */
function run(length: number, level: number): number[] {
  const bytes: number[] = [];
  let rest = length * 2;
  for (; rest > 127; rest = Math.floor(rest / 128)) bytes.push((rest % 128) + 128);
  return [...bytes, rest, level];
}
