import { spawn } from "node:child_process";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { bundleProgram } from "../../testing/bundle-program.ts";
import type { Moment } from "../../testing/killed-download.node.ts";
import { startMisbehavingServer, type MisbehavingServer } from "../../testing/misbehaving-server.ts";
import { resumedSettings } from "../../testing/resumed-download.ts";
import { readParquet } from "../formats/parquet/read-parquet.node.ts";
import { downloadImages } from "./download-images.node.ts";
import type { DownloadReport } from "./download-run.node.ts";
import { isTemporary } from "./spool.node.ts";

let program: string;
let server: MisbehavingServer;
let scratch: string;
let list: string;
let whole: Awaited<ReturnType<typeof resultOf>>;
let wholeReport: DownloadReport;

/** Four shards, the last one not full: pictures, failures, addresses and files that come again, in a later shard too. */
const paths = [
  ...Array.from({ length: 20 }, (_, n) => `/${n}.jpg`),
  "/404",
  "/3.jpg",
  "/picture", // the same file as /7.jpg
  "/noise",
  "/page-as-jpeg",
  "/noise",
  ...Array.from({ length: 15 }, (_, n) => `/${n + 18}.jpg`),
];

beforeAll(async () => {
  program = await bundleProgram("killed-download.node.ts");
  server = await startMisbehavingServer();
  scratch = await mkdtemp(join(tmpdir(), "fovea-download-resume-"));
  list = join(scratch, "list.csv");
  await writeFile(
    list,
    ["url,caption,id", ...paths.map((path, n) => `${server.origin}${path},picture ${n},${n}`), ""].join("\n"),
  );
  const out = join(scratch, "whole");
  wholeReport = await downloadImages(list, { ...resumedSettings, out });
  whole = await resultOf(out);
}, 60_000);
afterAll(async () => {
  await server[Symbol.asyncDispose]();
  await rm(scratch, { recursive: true });
  await rm(program);
});

/** Everything that a download leaves but the times: shards as bytes, tables as rows, statistics. */
async function resultOf(out: string): Promise<Record<string, unknown>> {
  const result: Record<string, unknown> = {};
  for (const name of await readdir(out)) {
    const path = join(out, name);
    if (name.endsWith(".tar")) result[name] = await readFile(path);
    else if (name.endsWith(".json"))
      result[name] = { ...(JSON.parse(await readFile(path, "utf8")) as object), seconds: 0 };
    else {
      const rows: unknown[] = [];
      for await (const group of readParquet(path)) rows.push(...group);
      result[name] = rows;
    }
  }
  return result;
}

test("the whole of it: duplicates across shards, counts", () => {
  expect(Object.keys(whole).filter((name) => name.endsWith(".tar"))).toHaveLength(4);
  expect(wholeReport).toMatchObject({
    rows: 41,
    shards: 4,
    shardsBefore: 0,
    successes: 34, // 0 to 32, noise
    statuses: { success: 34, DUPLICATE_URL: 4, DUPLICATE_CONTENT: 1, HTTP_NOT_FOUND: 1, NOT_A_PICTURE: 1 },
  });
});

const moments: readonly Moment[] = [
  "after-row:1",
  "after-row:30",
  "before-rename:1", // the folder's record
  "before-rename:2", // the first shard
  "after-rename:2", //  its table is not there
  "after-rename:3", //  its statistics are not there
  "after-rename:4", //  it is whole
  "after-rename:6", //  in the second shard
  "after-rename:13", // all is there
];

test.each(moments)("killed %s, a download goes on to the same bytes", async (moment) => {
  const out = join(scratch, moment.replace(":", "-"));
  const ended = await new Promise((resolve) => {
    const child = spawn(process.execPath, [program, list, out, moment], { stdio: ["ignore", "ignore", "pipe"] });
    let stderr = "";
    child.stderr.on("data", (chunk) => (stderr += String(chunk)));
    child.on("close", (_, signal) => resolve({ signal, stderr }));
  });
  expect(ended).toEqual({ signal: "SIGKILL", stderr: "" });
  const report = await downloadImages(list, { ...resumedSettings, out });
  expect(await resultOf(out)).toEqual(whole);
  expect((await readdir(out)).filter(isTemporary)).toEqual([]);
  expect(report).toEqual({ ...wholeReport, shardsBefore: report.shardsBefore });
});

test("an aborted download leaves whole shards alone, and goes on", async () => {
  const out = join(scratch, "aborted");
  const controller = new AbortController();
  const aborted = await downloadImages(list, {
    ...resumedSettings,
    out,
    signal: controller.signal,
    onProgress: ({ rows }) => rows === 30 && controller.abort(),
  });
  expect(aborted.interrupted).toBe(true);
  expect(aborted.rows).toBeLessThan(41);
  expect((await readdir(out)).filter(isTemporary)).toEqual([]);
  const report = await downloadImages(list, { ...resumedSettings, out });
  expect(report).toEqual({ ...wholeReport, shardsBefore: aborted.shards });
  expect(await resultOf(out)).toEqual(whole);
});

test("nothing is fetched again where all is there", async () => {
  const before = server.requests.length;
  const report = await downloadImages(list, { ...resumedSettings, out: join(scratch, "whole") });
  expect(report).toEqual({ ...wholeReport, shardsBefore: 4 });
  expect(server.requests.length).toBe(before);
});

test("other settings, another list or a folder of something else are refused", async () => {
  const out = join(scratch, "whole");
  const record = join(out, "download.json");
  await expect(downloadImages(list, { ...resumedSettings, out, size: 64 })).rejects.toMatchObject({
    code: "DOWNLOAD_SETTINGS_DIFFER",
    message:
      `${record}: the folder's shards are made with other settings: size was 32 and is 64\n` +
      "  mend: give the same settings to go on, or another folder",
  });
  const other = join(scratch, "other.csv");
  await writeFile(other, (await readFile(list, "utf8")).replace("picture 15", "another caption"));
  await expect(downloadImages(other, { ...resumedSettings, out })).rejects.toMatchObject({
    code: "DOWNLOAD_LIST_DIFFERS",
    message:
      `${join(out, "00001_stats.json")}: the shard was made from other rows than the list has now\n` +
      "  mend: give the list as it was to go on, or another folder",
  });
  await expect(downloadImages(list, { ...resumedSettings, out: scratch })).rejects.toMatchObject({
    code: "DOWNLOAD_FOLDER_TAKEN",
    message:
      `${scratch}: the folder has files, and they are not of a download\n` +
      "  mend: give an empty folder, or a new one",
  });
});
