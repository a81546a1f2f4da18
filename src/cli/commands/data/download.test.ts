import { readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { CommandFolder } from "../../../testing/command-folder.ts";
import { startMisbehavingServer, type MisbehavingServer } from "../../../testing/misbehaving-server.ts";
import { isBuilt, type Ended } from "../../../testing/run-cli.ts";

describe.skipIf(!isBuilt)("fovea data download (needs dist)", () => {
  let folder: CommandFolder;
  let server: MisbehavingServer;
  beforeAll(async () => {
    folder = await CommandFolder.make();
    server = await startMisbehavingServer();
    const paths = ["/1.jpg", "/2.jpg", "/404"];
    await writeFile(
      join(folder.path, "list.csv"),
      ["url,caption", ...paths.map((path) => `${server.origin}${path},picture`)].join("\n"),
    );
  });
  afterAll(async () => {
    await folder[Symbol.asyncDispose]();
    await server[Symbol.asyncDispose]();
  });
  const run = (line: string): Promise<Ended> => folder.shell(`fovea data download ${line}`);

  test("counts successes and reasons of failures; the same command again fetches nothing", async () => {
    const { status, stdout } = await run("list.csv out --allow-network 127.0.0.1 --retries 0 --json");
    const report = {
      out: "out",
      rows: 3,
      successes: 2,
      statuses: { success: 2, HTTP_NOT_FOUND: 1 },
      interrupted: false,
    };
    expect([status, JSON.parse(stdout)]).toEqual([0, expect.objectContaining({ ...report, shardsBefore: 0 })]);
    const files = (await readdir(join(folder.path, "out"))).sort();
    expect(files).toEqual(["00000.parquet", "00000.tar", "00000_stats.json", "download.json"]);
    const before = server.requests.length;
    const again = await run("list.csv out --allow-network 127.0.0.1 --retries 0");
    expect([again.status, again.stdout.split("\n")[0]]).toEqual([
      0,
      expect.stringMatching(/^out: 2 pictures of 3 rows, .*, 1 shard, 1 of them from before$/),
    ]);
    expect(server.requests.length).toBe(before);
  });

  test("private addresses are refused unless they are allowed: no picture came, which is told from success", async () => {
    const { status, stdout } = await run("list.csv private");
    expect([status, stdout]).toEqual([1, expect.stringMatching(/ADDRESS_\w+ +3 +100\.0 %/)]);
  });

  test.each<[string, number, string]>([
    ["nowhere.csv out2", 1, "error: nowhere.csv: "],
    ["list.csv out2 --url-column link", 1, "link"],
    ["list.csv out2 --resize bigger", 2, "'bigger' is invalid. Allowed choices are"],
    ["list.csv out2 --ignore-opt-out robots", 2, '"robots" is none of '],
    ["list.csv out2 --retries -1", 2, "It is no whole number."],
  ])("%s: a clear error, and no shard", async (args, status, text) => {
    const ended = await run(args);
    expect([ended.status, ended.stdout]).toEqual([status, ""]);
    expect(ended.stderr).toContain(text);
    const there = await readdir(join(folder.path, "out2")).catch(() => []);
    expect(there.filter((name) => name.endsWith(".tar"))).toEqual([]);
  });
});
