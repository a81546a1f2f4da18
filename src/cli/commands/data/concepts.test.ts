import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { CommandFolder } from "../../../testing/command-folder.ts";
import { dataFixtures } from "../../../testing/read-data.ts";
import { isBuilt, type Ended } from "../../../testing/run-cli.ts";

describe.skipIf(!isBuilt)("fovea data concepts (needs dist)", () => {
  let folder: CommandFolder;
  beforeAll(async () => {
    folder = await CommandFolder.make();
    await writeFile(join(folder.path, "classes.txt"), "dog\nzebra\nfish\n");
  });
  afterAll(() => folder[Symbol.asyncDispose]());
  const run = (line: string): Promise<Ended> => folder.shell(`fovea data concepts ${line}`);
  const pictures = join(dataFixtures, "pictures");

  test("what is never shown is said, in words, on a page and as JSON", async () => {
    const told = await run(`${pictures} --evaluation classes.txt --html page.html`);
    expect(told.status).toBe(0);
    expect(told.stdout).toMatch(/^5 samples mention \d+ of [\d,]+ concepts/);
    expect(told.stdout).toContain("evaluation: 1 of 3 concepts are never shown: zebra\nwrote page.html\n");
    expect(await readFile(join(folder.path, "page.html"), "utf8")).toContain("zebra");
    const { status, stdout } = await run(`${pictures} --concepts classes.txt --json`);
    expect([status, JSON.parse(stdout)]).toEqual([
      0,
      expect.objectContaining({ source: pictures, samples: 5, concepts: 3, mentioned: 2 }),
    ]);
  });

  test.each<[string, number, string]>([
    ["nowhere.csv", 1, "error: nowhere.csv: there is no such file or folder\n  mend: check the path"],
    [
      `${pictures} --concepts gone.txt`,
      1,
      "error: gone.txt: ENOENT: no such file or directory, open 'gone.txt'\n  mend: give a file with one",
    ],
    [`${pictures} --tail few`, 2, "argument 'few' is invalid. It is no whole number above 0."],
  ])("%s: a clear error", async (args, status, text) => {
    const ended = await run(args);
    expect([ended.status, ended.stdout]).toEqual([status, ""]);
    expect(ended.stderr).toContain(text);
  });
});
