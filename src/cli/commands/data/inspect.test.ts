import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { CommandFolder } from "../../../testing/command-folder.ts";
import { dataFixtures } from "../../../testing/read-data.ts";
import { isBuilt, type Ended } from "../../../testing/run-cli.ts";

describe.skipIf(!isBuilt)("fovea data inspect (needs dist)", () => {
  let folder: CommandFolder;
  beforeAll(async () => {
    folder = await CommandFolder.make();
  });
  afterAll(() => folder[Symbol.asyncDispose]());
  const run = (line: string): Promise<Ended> => folder.shell(`fovea data inspect ${line}`);
  const pictures = join(dataFixtures, "pictures");

  test("counts, histograms and examples; a page that loads nothing; JSON without pictures", async () => {
    const told = await run(`${pictures} --html page.html`);
    expect(told.status).toBe(0);
    expect(told.stdout).toMatch(/^samples +7\ncaptions +7\nwithout caption +2 \(29 %\)\n/);
    expect(told.stdout).toMatch(/\ncaption length, words: min 2, .*\n +2 +3 +#+\n +3 +4 +#+\n/);
    expect(told.stdout).toMatch(/\npage: page\.html\n$/);
    const page = await readFile(join(folder.path, "page.html"), "utf8");
    expect(page).toContain("What is in this data set");
    expect(page.match(/src="data:image\/jpeg;base64,/g)).toHaveLength(6); // the seventh cannot be decoded
    const { status, stdout } = await run(`${pictures} --limit 2 --examples 1 --json`);
    expect([status, JSON.parse(stdout)]).toEqual([0, expect.objectContaining({ samples: 2, source: pictures })]);
    expect(stdout).not.toContain("thumbnail");
  });

  test("documents are known by their first row", async () => {
    const line = { text_list: ["A dog.", "It runs."], image_info: [{ image_name: "dog.png", matched_text_index: 0 }] };
    await folder.shell(`echo '${JSON.stringify(line)}' > documents.jsonl`);
    const told = await run(`documents.jsonl --images ${pictures} --html documents.html`);
    expect([told.status, told.stdout.split("\n").slice(0, 4)]).toEqual([
      0,
      ["documents           1", "pictures            1", "texts               2", "picture files       png 100 %"],
    ]);
    expect(told.stdout).toMatch(/documents\.jsonl\/1: \[picture\] A dog\. It runs\./);
    const page = await readFile(join(folder.path, "documents.html"), "utf8");
    expect(page).toContain("What is in these documents");
    expect(page.match(/src="data:image\/jpeg;base64,/g)).toHaveLength(1);
    const { stdout } = await run(`documents.jsonl --json`);
    expect(JSON.parse(stdout)).toMatchObject({ documents: 1, pictures: 1, addresses: 1, picturesEach: { median: 1 } });
  });

  test.each<[string, number, string | RegExp]>([
    [
      join(dataFixtures, "pairs.csv --images nowhere"),
      1,
      /none of its 4 pictures can be read; .* \/.*\/nowhere\/pictures\/dog\.png\n.*--images/,
    ],
    ["nowhere", 1, "error: nowhere: there is no such file or folder\n  mend: check the path"],
    [`${pictures} --examples many`, 2, "argument 'many' is invalid. It is no whole number above 0."],
    ["", 2, "missing required argument 'source'"],
  ])("%s: a clear error", async (args, status, text) => {
    const ended = await run(args);
    expect([ended.status, ended.stdout]).toEqual([status, ""]);
    expect(ended.stderr).toMatch(text);
  });
});
