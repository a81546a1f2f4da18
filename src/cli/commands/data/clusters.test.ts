import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { z } from "zod";
import { CommandFolder } from "../../../testing/command-folder.ts";
import { dataFixtures } from "../../../testing/read-data.ts";
import { isBuilt, type Ended } from "../../../testing/run-cli.ts";
import { writeTinyClip } from "../../../testing/tiny-clip.ts";

const Found = z.object({
  clusters: z.array(z.object({ size: z.number(), keys: z.array(z.string()), words: z.array(z.unknown()) })),
});

describe.skipIf(!isBuilt)("fovea data clusters (needs dist)", () => {
  let folder: CommandFolder;
  beforeAll(async () => {
    folder = await CommandFolder.make();
    await writeTinyClip(join(folder.path, "tiny"));
  });
  afterAll(() => folder[Symbol.asyncDispose]());
  const run = (line: string): Promise<Ended> => folder.shell(`fovea data clusters ${line}`);
  const pictures = join(dataFixtures, "pictures");

  test("every picture is in one group; the same seed gives the same groups", async () => {
    const { status, stdout } = await run(`${pictures} --clusters 2 --model tiny --html page.html --json`);
    expect(status).toBe(0);
    const { clusters } = Found.parse(JSON.parse(stdout));
    expect(clusters).toHaveLength(2);
    const keys = clusters.flatMap(({ keys }) => keys);
    expect(keys.sort()).toEqual(["blank.png", "cat.jpg", "dog.png", "nested/fish.webp", "owl.jpg", "uncaptioned.png"]);
    expect(clusters.map(({ size, keys }) => size === keys.length)).toEqual([true, true]);
    expect(await readFile(join(folder.path, "page.html"), "utf8")).toContain('<img src="data:image/');
    const told = await run(`${pictures} --clusters 2 --model tiny --html page.html`);
    expect([told.status, told.stdout]).toEqual([0, "2 clusters; wrote page.html\n"]);
    expect(told.stderr).toContain("left out truncated.jpg: IMAGE_NOT_DECODABLE\n");
    const again = await run(`${pictures} --clusters 2 --model tiny --html page.html --json`);
    expect(again.stdout).toBe(stdout);
  });

  test.each<[string, number, string]>([
    ["nowhere.csv --model tiny", 1, "error: nowhere.csv: there is no such file or folder\n  mend: check the path"],
    [`${pictures} --model ./gone`, 1, "error: ./gone: "],
    [`${pictures} --clusters 0`, 2, "argument '0' is invalid. It is no whole number above 0."],
  ])("%s: a clear error, and no page", async (args, status, text) => {
    const ended = await run(args);
    expect([ended.status, ended.stdout]).toEqual([status, ""]);
    expect(ended.stderr).toContain(text);
    expect(await readdir(folder.path)).not.toContain("clusters.html");
  });
});
