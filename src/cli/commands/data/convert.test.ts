import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { CommandFolder } from "../../../testing/command-folder.ts";
import { dataFixtures } from "../../../testing/read-data.ts";
import { isBuilt, type Ended } from "../../../testing/run-cli.ts";

describe.skipIf(!isBuilt)("fovea data convert (needs dist)", () => {
  let folder: CommandFolder;
  beforeAll(async () => {
    folder = await CommandFolder.make();
  });
  afterAll(() => folder[Symbol.asyncDispose]());
  const run = (line: string): Promise<Ended> => folder.shell(`fovea data convert ${line}`);
  const pictures = join(dataFixtures, "pictures");

  test("says what it wrote and what it left out, in words and as JSON", async () => {
    const told = await run(`${pictures} words.jsonl --captioned`);
    expect([told.status, told.stdout]).toEqual([
      0,
      "words.jsonl: 4 samples as jsonl\nleft out 1 CAPTION_EMPTY: blank.png\nleft out 1 CAPTION_MISSING: uncaptioned.png\nleft out 1 IMAGE_NOT_DECODABLE: truncated.jpg\n",
    ]);
    const { status, stdout } = await run(`${pictures} small.parquet --max-side 16 --limit 3 --json`);
    expect(status).toBe(0);
    expect(JSON.parse(stdout)).toEqual({
      destination: "small.parquet",
      format: "parquet",
      written: 3,
      dropped: 0,
      drops: [],
    });
    expect((await readdir(folder.path)).sort()).toEqual(["small.parquet", "words-images", "words.jsonl"]);
  });

  test("what is there stays, unless it is to be replaced", async () => {
    await writeFile(join(folder.path, "mine.csv"), "mine");
    const refused = await run(`${pictures} mine.csv`);
    expect([refused.status, refused.stderr]).toEqual([
      1,
      "error: mine.csv: the file is there already\n  mend: choose another name, or allow it to be replaced (--overwrite)\n",
    ]);
    expect(await readFile(join(folder.path, "mine.csv"), "utf8")).toBe("mine");
    expect((await run(`${pictures} mine.csv --overwrite`)).status).toBe(0);
  });

  test.each<[string, number, string]>([
    ["nowhere.csv out.tar", 1, "error: nowhere.csv: there is no such file or folder\n  mend: check the path"],
    [`${pictures}/dog.png out.tar`, 1, "the file's ending is none of .csv, .tsv,"],
    [`${pictures} out --format cococo`, 2, "'cococo' is invalid. Allowed choices are folder, csv,"],
    [`${pictures} out --shard-size 0`, 2, "argument '0' is invalid. It is no whole number above 0."],
    [`${pictures} out --frmat csv`, 2, "unknown option '--frmat'"],
    [pictures, 2, "missing required argument 'destination'"],
    [`"gone/{0..2}.tar" out`, 1, "there is no sample to write; left out: 3 SHARD_NOT_READABLE (0.tar, 1.tar, 2.tar)"],
  ])("%s: a clear error, and nothing is left", async (args, status, text) => {
    const ended = await run(args);
    expect([ended.status, ended.stdout]).toEqual([status, ""]);
    expect(ended.stderr).toContain(text);
    expect((await readdir(folder.path)).filter((name) => name.startsWith("out"))).toEqual([]);
  });
});
