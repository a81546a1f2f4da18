import { mkdtemp, readdir, readFile, rm, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openParquet, readParquet } from "./read-parquet.node.ts";
import { ParquetWriter } from "./write-parquet.node.ts";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "fovea-parquet-"));
});
afterAll(() => rm(folder, { recursive: true }));

const gather = async <T>(batches: AsyncIterable<T[]>): Promise<T[][]> => {
  const all: T[][] = [];
  for await (const batch of batches) all.push(batch);
  return all;
};

const columns = {
  key: "string",
  score: "double",
  count: "int",
  good: "bool",
  image: { struct: { bytes: "bytes", path: "string" } },
  vector: { list: "float" },
  half: { list: "float16" },
  turns: { list: { struct: { from: "string", value: "string" } } },
} as const;

const rows = [
  {
    key: "개",
    score: 0.1,
    count: 2 ** 40,
    good: true,
    image: { bytes: new Uint8Array([255, 216, 0]), path: "dog.jpg" },
    vector: [0.5, -1.25],
    half: [1, 0.25],
    turns: [
      { from: "human", value: "what?" },
      { from: "gpt", value: "a dog" },
    ],
  },
  { key: "", score: null, count: null, good: false, image: null, vector: [], half: [-2], turns: [] },
  {
    key: null,
    score: -3,
    count: 0,
    good: null,
    image: { bytes: null, path: "x" },
    vector: null,
    half: [],
    turns: null,
  },
];

test("what is written is read back: every type, nulls, empty lists, several row groups", async () => {
  const path = join(folder, "all.parquet");
  await using file = await ParquetWriter.create(path, columns, { rowGroupRows: 2, metadata: { note: "hi" } });
  await file.append({ ...rows[0]!, vector: Float32Array.of(0.5, -1.25) });
  for (const row of rows.slice(1)) await file.append(row);
  expect(file.rows).toBe(3);
  expect(await readdir(folder)).not.toContain("all.parquet"); // not before it is whole
  await file.close();

  await using opened = await openParquet(path);
  expect([opened.rows, opened.columns, opened.metadata]).toEqual([3, Object.keys(columns), { note: "hi" }]);
  expect(await gather(opened.read())).toEqual([rows.slice(0, 2), rows.slice(2)]);
  expect(await gather(opened.read({ columns: ["count", "key"], start: 1 }))).toEqual([
    [{ key: "", count: null }],
    [{ key: null, count: 0 }],
  ]);
});

test("a writer that is left before its end leaves nothing behind", async () => {
  const inner = join(folder, "abandoned");
  await writeFile(inner, "old");
  const failing = (async () => {
    await using file = await ParquetWriter.create(inner, { key: "string" });
    await file.append({ key: "a" });
    await file.append({ key: 7 });
  })();
  await expect(failing).rejects.toMatchObject({
    code: "PARQUET_VALUE_INVALID",
    message: `${inner}: row 2, column key: 7 is not string\n  mend: give a value of the column's type, or null`,
  });
  expect(await readFile(inner, "utf8")).toBe("old");
  expect((await readdir(folder)).filter((name) => name.endsWith(".tmp"))).toEqual([]);
});

test("damage is told with its place", async () => {
  const path = join(folder, "damaged.parquet");
  await using file = await ParquetWriter.create(path, { key: "string", bytes: "bytes" }, { rowGroupRows: 1 });
  for (const key of ["ant", "zebra"]) await file.append({ key, bytes: new Uint8Array(1000) });
  await file.close();
  const whole = await readFile(path);

  await expect(gather(readParquet(path, { columns: ["kez"] }))).rejects.toMatchObject({
    code: "COLUMN_MISSING",
    message: `${path}: no column "kez"\n  mend: it has key, bytes`,
  });
  await truncate(path, 500);
  await expect(openParquet(path)).rejects.toMatchObject({ code: "PARQUET_NOT_READABLE", where: path });
  const second = whole.indexOf("zebra"); // in the data of the second row group
  await writeFile(path, whole.fill(0x5a, second, second + 40));
  const read = readParquet(path);
  await expect(gather(read)).rejects.toMatchObject({ code: "PARQUET_CORRUPT", where: `${path}: row group 2 of 2` });
  await expect(openParquet(join(folder, "none.parquet"))).rejects.toMatchObject({ code: "PARQUET_NOT_READABLE" });
});
