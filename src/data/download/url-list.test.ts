import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ParquetWriter } from "../formats/parquet/write-parquet.node.ts";
import { listFiles, readList, type ListColumns, type ListRow } from "./url-list.node.ts";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "fovea-list-"));
});
afterAll(() => rm(folder, { recursive: true }));

async function read(
  name: string,
  content: string,
  columns: ListColumns = {},
): Promise<{ rows: ListRow[]; dropped: string[] }> {
  const path = join(folder, name);
  await writeFile(path, content);
  const dropped: string[] = [];
  const rows: ListRow[] = [];
  for await (const row of readList([path], columns, (key, reason) => dropped.push(`${key} ${reason}`))) rows.push(row);
  return { rows, dropped };
}

const row = (index: number, url: string, caption?: string, metadata = {}, hash?: string): ListRow => ({
  index,
  url,
  caption,
  hash,
  metadata,
});

describe("lists", () => {
  test("text: an address a line", async () => {
    const { rows } = await read("a.txt", "\nhttp://a/1\r\n  http://a/2 \n\n");
    expect(rows).toEqual([row(0, "http://a/1"), row(1, "http://a/2")]);
  });

  test("CSV, TSV: usual names in any case, other columns kept, rows without an address too", async () => {
    const csv = await read("a.csv", 'TEXT,URL,id\n"a cat, asleep",http://a/1,7\n,http://a/2,8\nlost,,9\n');
    expect(csv.rows).toEqual([
      row(0, "http://a/1", "a cat, asleep", { id: "7" }),
      row(1, "http://a/2", undefined, { id: "8" }),
      row(2, "", "lost", { id: "9" }),
    ]);
    const tsv = await read("a.tsv", 'caption\turl\na "cat"\thttp://a/1\n');
    expect(tsv.rows).toEqual([row(0, "http://a/1", 'a "cat"')]);
  });

  test("JSON lines: named columns, what is no row is counted", async () => {
    const { rows, dropped } = await read(
      "a.jsonl",
      '{"link":"http://a/1","url":"http://page","alt":"x","md5":"0cc175b9c0f1b6a831c399e269772661"}\nnonsense\n',
      { url: "link", caption: "alt", hash: "md5" },
    );
    const hash = "0cc175b9c0f1b6a831c399e269772661";
    expect(rows).toEqual([row(0, "http://a/1", "x", { url: "http://page", md5: hash }, hash)]);
    expect(dropped).toEqual(["a.jsonl: line 2 ROW_MALFORMED"]);
  });

  test("a folder of Parquet files, as LAION and DataComp are published", async () => {
    const parts = join(folder, "parts");
    await mkdir(parts);
    for (const [name, from] of [["b.parquet", 2] as const, ["a.parquet", 0] as const]) {
      const file = await ParquetWriter.create(join(parts, name), {
        url: "string",
        text: "string",
        uid: "int",
        raw: "bytes",
      });
      for (let n = from; n < from + 2; n++)
        await file.append({ url: `http://a/${n}`, text: `t${n}`, uid: n, raw: new Uint8Array(3) });
      await file.close();
    }
    await writeFile(join(parts, "README.md"), "not a list");
    const rows: ListRow[] = [];
    for await (const found of readList(await listFiles(parts), {}, () => {})) rows.push(found);
    expect(rows).toEqual([0, 1, 2, 3].map((n) => row(n, `http://a/${n}`, `t${n}`, { uid: n, raw: null })));
  });
});

describe("what is no list", () => {
  test("columns that are not there", async () => {
    await expect(read("b.csv", "http://a/1,a cat\nhttp://a/2,a dog\n")).rejects.toMatchObject({
      code: "COLUMN_MISSING",
      message:
        'b.csv: no column of addresses among "http://a/1", "a cat"\n' +
        "  mend: the first line has an address already: put a line with the columns' names above it",
    });
    await expect(read("c.csv", "address,caption\nhttp://a/1,a cat\n")).rejects.toMatchObject({
      message:
        'c.csv: no column of addresses among "address", "caption"\n' +
        "  mend: name the column, or call it one of url, image_url, img_url, image, link",
    });
    await expect(read("d.csv", "url,caption\nhttp://a/1,a cat\n", { caption: "captoin" })).rejects.toMatchObject({
      code: "COLUMN_MISSING",
      message: 'd.csv: no column "captoin" among "url", "caption"\n  mend: did you mean "caption"?',
    });
  });

  test("files that are not there, or of another kind", async () => {
    const missing = join(folder, "missing.txt");
    await expect(listFiles(missing)).rejects.toMatchObject({
      code: "LIST_NOT_FOUND",
      message: `${missing}: ENOENT: no such file or directory, stat '${missing}'\n  mend: check the path`,
    });
    const other = join(folder, "list.xlsx");
    await writeFile(other, "");
    await expect(listFiles(other)).rejects.toMatchObject({
      code: "LIST_NOT_RECOGNISED",
      message:
        `${other}: it is no list of addresses, and has none in it\n` +
        "  mend: give a .txt (an address a line), .csv, .tsv, .jsonl or .parquet file, or a folder of them",
    });
  });
});
