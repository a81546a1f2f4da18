import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DuckDBInstance } from "@duckdb/node-api";
import { parquetReadObjects } from "hyparquet";
import { ByteWriter, ParquetWriter } from "hyparquet-writer";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { appendVectors, readVectors, vectorSchema, type StoredVectors } from "./vector-column.ts";

// 3 rows of 200 numbers, exact in half precision; 200 takes two bytes as a variable-length number.
const width = 200;
const numbers = Float32Array.from({ length: 3 * width }, (_, i) => (i - 300) / 64);
const halves = Uint16Array.from(numbers, halfBits);

/** float16 bits of a number that needs no rounding, by its definition. */
function halfBits(value: number): number {
  if (value === 0) return 0;
  const exponent = Math.floor(Math.log2(Math.abs(value)));
  const fraction = (Math.abs(value) / 2 ** exponent - 1) * 1024;
  return (value < 0 ? 0x8000 : 0) + ((exponent + 15) << 10) + fraction;
}

async function encode(vectors: StoredVectors): Promise<{ readonly file: ArrayBuffer; readonly chunk: Uint8Array }> {
  const writer = new ByteWriter();
  const dtype = vectors instanceof Float32Array ? "float32" : "float16";
  const schema = [
    { name: "root", num_children: 2 },
    { name: "name", type: "BYTE_ARRAY", converted_type: "UTF8", repetition_type: "REQUIRED" } as const,
    ...vectorSchema("embedding", dtype),
  ];
  const encoder = new ParquetWriter({ writer, schema });
  await encoder.write({ columnData: [{ name: "name", data: ["a", "b", "c"] }] });
  const column = appendVectors(writer, "embedding", vectors, width);
  encoder.row_groups.at(-1)!.columns.push(column);
  await encoder.finish();
  const start = Number(column.meta_data!.data_page_offset);
  const bytes = new Uint8Array(writer.getBuffer());
  return {
    file: writer.getBuffer(),
    chunk: bytes.slice(start, start + Number(column.meta_data!.total_compressed_size)),
  };
}

describe.each([
  ["float32", numbers],
  ["float16", halves],
] as const)("%s", (dtype, vectors) => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "fovea-vectors-"));
  });
  afterAll(() => rm(folder, { recursive: true }));

  const expected = [0, 1, 2].map((row) => Array.from(numbers.subarray(row * width, (row + 1) * width)));

  test("hyparquet reads lists of the numbers", async () => {
    const rows = await parquetReadObjects({ file: (await encode(vectors)).file });
    expect(rows.map((row): unknown => row["name"])).toEqual(["a", "b", "c"]);
    expect(rows.map((row) => Array.from(row["embedding"] as number[]))).toEqual(expected);
  });

  test("DuckDB reads lists of the numbers", async () => {
    const path = join(folder, `${dtype}.parquet`);
    await writeFile(path, new Uint8Array((await encode(vectors)).file));
    const connection = await (await DuckDBInstance.create()).connect();
    const reply = await connection.runAndReadAll(`SELECT embedding::DOUBLE[] FROM read_parquet('${path}')`);
    expect(reply.getRowsJS().map(([list]) => list)).toEqual(expected);
    connection.closeSync();
  });

  test("comes back as it was", async () => {
    expect(readVectors((await encode(vectors)).chunk, dtype, numbers.length)).toEqual(vectors);
  });

  test("is refused when it is cut off or of another size", async () => {
    const { chunk } = await encode(vectors);
    expect(() => readVectors(chunk.subarray(0, chunk.length - 8), dtype, numbers.length)).toThrow(
      /a page of 600 numbers in/,
    );
    expect(() => readVectors(chunk, dtype, numbers.length - width)).toThrow(/not of 400/);
  });
});
