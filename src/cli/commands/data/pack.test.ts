import { open, readdir } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { CommandFolder } from "../../../testing/command-folder.ts";
import { dataFixtures } from "../../../testing/read-data.ts";
import { isBuilt, type Ended } from "../../../testing/run-cli.ts";

describe.skipIf(!isBuilt)("fovea data pack (needs dist)", () => {
  let folder: CommandFolder;
  beforeAll(async () => {
    folder = await CommandFolder.make();
  });
  afterAll(() => folder[Symbol.asyncDispose]());
  const run = (line: string): Promise<Ended> => folder.shell(`fovea data pack ${line}`);
  const pairs = join(dataFixtures, "pairs.csv");

  test("packs, counts what it left out, and notices damage", async () => {
    const told = await run(`${pairs} words --side 32`);
    expect([told.status, told.stdout]).toEqual([
      0,
      "words: 3 pictures of 32 x 32 px, raw, 10 kB; left out: 1 ROW_MALFORMED, 1 CAPTION_EMPTY, 1 IMAGE_MISSING\n",
    ]);
    expect(told.stderr).toContain("left out pairs.csv: row 5: IMAGE_MISSING\n");
    const { status, stdout } = await run(`${pairs} pack --side 32 --json`);
    expect([status, JSON.parse(stdout)]).toEqual([
      0,
      {
        pack: "pack",
        count: 3,
        records: "raw",
        width: 32,
        height: 32,
        bytes: expect.any(Number),
        dropped: { ROW_MALFORMED: 1, CAPTION_EMPTY: 1, IMAGE_MISSING: 1 },
      },
    ]);
    const checked = await run("--check pack");
    expect([checked.status, checked.stdout]).toEqual([0, "pack: 3 samples, all as they were packed\n"]);
    expect(JSON.parse((await run("--check pack --json")).stdout)).toEqual({ pack: "pack", count: 3, whole: true });

    const images = (await readdir(join(folder.path, "pack"))).find((name) => name.startsWith("images"))!;
    const file = await open(join(folder.path, "pack", images), "r+");
    await file.write(new Uint8Array([1, 2, 3]), 0, 3, 40);
    await file.close();
    const damaged = await run("--check pack");
    expect([damaged.status, damaged.stdout]).toEqual([1, ""]);
    expect(damaged.stderr).toMatch(/error: pack.*\n {2}mend: /);
  });

  test.each<[string, number, string]>([
    ["nowhere.csv x", 1, "error: nowhere.csv: there is no such file or folder\n  mend: check the path"],
    [pairs, 2, "error: name the folder to make"],
    [`${pairs} x --fit inside`, 1, "pictures of different shapes as raw records"],
    [`${pairs} x --quality 101`, 2, "argument '101' is invalid. It is above 100."],
    [`${pairs} x --background white`, 2, "It is no colour such as #ffffff."],
    [`--check ${dataFixtures}`, 1, "there is no pack\n  mend: check the path, or make one: fovea data pack"],
  ])("%s: a clear error, and nothing is left", async (args, status, text) => {
    const ended = await run(args);
    expect([ended.status, ended.stdout]).toEqual([status, ""]);
    expect(ended.stderr).toContain(text);
    expect(await readdir(folder.path)).not.toContain("x");
  });
});
