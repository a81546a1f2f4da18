import { createHash } from "node:crypto";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import sharp from "sharp";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { numberedPicture, startMisbehavingServer, type MisbehavingServer } from "../../testing/misbehaving-server.ts";
import { readParquet } from "../formats/parquet/read-parquet.node.ts";
import { openData } from "../formats/open-data.node.ts";
import { decodeSample, type Sample } from "../sample.ts";
import { downloadImages, type DownloadOptions } from "./download-images.node.ts";
import type { DownloadReport } from "./download-run.node.ts";

let server: MisbehavingServer;
let temporary: string;
beforeAll(async () => {
  server = await startMisbehavingServer();
  temporary = await mkdtemp(join(tmpdir(), "fovea-download-"));
});
afterAll(async () => {
  await server[Symbol.asyncDispose]();
  await rm(temporary, { recursive: true });
});

type Rows = Record<string, unknown>[];

let runs = 0;

/** Downloads these addresses (paths are the server's) and reads the table of rows. */
async function run(
  urls: readonly string[],
  options: Partial<DownloadOptions> = {},
): Promise<{ out: string; report: DownloadReport; rows: Rows }> {
  const out = options.out ?? join(temporary, `out-${runs++}`);
  const list = `${out}.txt`;
  await writeFile(list, urls.map((url) => `${url.startsWith("/") ? server.origin + url : url}\n`).join(""));
  const report = await downloadImages(list, {
    timeout: 60_000, // the machine may be busy
    maxBytes: 2_000_000,
    backOff: { first: 20, longest: 1500 },
    allowNetworks: ["127.0.0.1"],
    perHost: 64,
    ...options,
    out,
  });
  const rows: Rows = [];
  for (const name of (await readdir(out)).filter((name) => name.endsWith(".parquet")).sort())
    for await (const group of readParquet(join(out, name))) rows.push(...group);
  return { out, report, rows };
}

describe("a server that misbehaves", () => {
  const expected = {
    "/picture": ["success", 1],
    "/cut": ["BODY_TRUNCATED", 3],
    "/cut-chunked": ["BODY_TRUNCATED", 3],
    "/cut-once": ["success", 2],
    "/reset": ["CONNECTION_FAILED", 3],
    "/garbage": ["PROTOCOL_ERROR", 1],
    "/length-too-long": ["BODY_TRUNCATED", 3],
    "/length-too-short": ["BODY_TRUNCATED", 3],
    "/401": ["HTTP_FORBIDDEN", 1],
    "/404": ["HTTP_NOT_FOUND", 1],
    "/410": ["HTTP_NOT_FOUND", 1],
    "/418": ["HTTP_OTHER", 1],
    "/500-once": ["success", 2],
    "/503": ["HTTP_SERVER_ERROR", 3],
    "/redirect": ["success", 1],
    "/redirect-5": ["success", 1],
    "/redirect-6": ["REDIRECT_LIMIT", 1],
    "/loop": ["REDIRECT_LIMIT", 1],
    "/to-private": ["ADDRESS_REFUSED", 1],
    "/to-metadata": ["ADDRESS_REFUSED", 1],
    "/to-loopback-name": ["ADDRESS_REFUSED", 1],
    "/to-ipv6-loopback": ["ADDRESS_REFUSED", 1],
    "/to-decimal-loopback": ["ADDRESS_REFUSED", 1],
    "/to-file": ["REDIRECT_INVALID", 1],
    "/to-nowhere": ["REDIRECT_INVALID", 1],
    "/huge": ["TOO_MANY_BYTES", 1],
    "/huge-announced": ["TOO_MANY_BYTES", 1],
    "/gzip-bomb": ["TOO_MANY_BYTES", 1],
    "/gzip": ["success", 1],
    "/gzip-broken": ["ENCODING_NOT_SUPPORTED", 1],
    "/encoding-unknown": ["ENCODING_NOT_SUPPORTED", 1],
    "/page-as-jpeg": ["NOT_A_PICTURE", 1],
    "/jpeg-as-page": ["success", 1],
    "/svg": ["NOT_A_PICTURE", 1],
    "/truncated": ["PICTURE_BROKEN", 1],
    "/head-alone": ["PICTURE_BROKEN", 1],
    "/empty": ["EMPTY_BODY", 1],
    "/noai": ["OPTED_OUT", 1],
    "/noimageai": ["OPTED_OUT", 1],
    "/noindex-for-us": ["OPTED_OUT", 1],
    "/noindex-for-others": ["success", 1],
    "/tdm": ["OPTED_OUT", 1],
    "/train-ai": ["OPTED_OUT", 1],
    "ftp://example.org/a.jpg": ["URL_INVALID", 0],
    "not an address": ["URL_INVALID", 0],
    "http://gone.test/a.jpg": ["DNS_FAILED", 1],
    "http://no-answer.test/a.jpg": ["DNS_FAILED", 3],
    "http://127.0.0.1:1/a.jpg": ["CONNECTION_FAILED", 3],
    "http://192.168.7.7/a.jpg": ["ADDRESS_REFUSED", 1],
  } as const;

  test("each row has its reason, and the counts add up", async () => {
    const encrypted = `${server.origin.replace("http:", "https:")}/picture`; // of a server that knows no encryption
    const urls = [...Object.keys(expected), encrypted];
    const { report, rows, out } = await run(urls, {
      resolve: async (host) => {
        if (host === "localhost.localdomain.test") return ["127.0.0.53", "::1"];
        throw Object.assign(new Error(host), { code: host === "gone.test" ? "ENOTFOUND" : "ETIMEOUT" });
      },
    });
    const found = rows.map(({ url, status, attempts }) => [String(url).replace(server.origin, ""), [status, attempts]]);
    expect(Object.fromEntries(found)).toEqual({ ...expected, [encrypted]: ["TLS_FAILED", 1] });
    const successes = Object.values(expected).filter(([status]) => status === "success").length;
    expect(report).toMatchObject({ rows: urls.length, successes, malformed: 0, shards: 1, interrupted: false });
    expect(Object.values(report.statuses).reduce((sum, count) => sum + count, 0)).toBe(urls.length);
    const stats: unknown = JSON.parse(await readFile(join(out, "00000_stats.json"), "utf8"));
    expect(stats).toMatchObject({
      rows: urls.length,
      successes,
      failures: urls.length - successes,
      statuses: report.statuses,
    });
    expect((await readdir(out)).sort()).toEqual(["00000.parquet", "00000.tar", "00000_stats.json", "download.json"]);
    const agents = new Set(server.requests.map(({ agent }) => agent));
    expect([...agents]).toEqual([expect.stringMatching(/^fovea\/\d+\.\d+\.\d+\S* \(\+https:\/\/\S+\)$/)]);
  });

  test("what never comes whole ends at the time limit, which a drip does not move", async () => {
    const { rows } = await run(["/silent", "/drip", "/hang-after-head"], { timeout: 400, retries: 1 });
    expect(rows.map(({ status, attempts, error_message }) => [status, attempts, error_message])).toEqual(
      Array.from({ length: 3 }, () => ["TIMEOUT", 2, "not done after 400 ms"]),
    );
  });

  test("Retry-After is waited for, unless it is longer than the longest wait", async () => {
    const started = performance.now();
    const { rows } = await run(["/429-once", "/429-for-an-hour"]);
    expect(performance.now() - started).toBeGreaterThan(1000);
    expect(rows.map(({ status, attempts }) => [status, attempts])).toEqual([
      ["success", 2],
      ["HTTP_TOO_MANY_REQUESTS", 1],
    ]);
  });

  test("opt-out signals are ignored only when asked for", async () => {
    const { rows } = await run(["/noai", "/noindex-for-us", "/tdm"], { optOut: ["noindex"] });
    expect(rows.map(({ status, error_message }) => [status, error_message])).toEqual([
      ["success", null],
      ["OPTED_OUT", "noindex"],
      ["success", null],
    ]);
  });

  test("a name that changes its address after it was checked leads nowhere else", async () => {
    let asked = 0;
    const resolve = async (): Promise<string[]> => (asked++ === 0 ? ["127.0.0.1"] : ["10.0.0.1"]);
    const { rows } = await run(
      [1, 2, 3, 4].map((n) => `http://rebind.test:${server.port}/${n}.jpg`),
      { resolve, perHost: 1 },
    );
    expect(rows.map(({ status }) => status)).toEqual(Array(4).fill("success"));
    expect(asked).toBe(1);
    const mixed = await run([`http://mixed.test:${server.port}/5.jpg`], {
      resolve: async () => ["10.0.0.1", "127.0.0.1"],
    });
    expect(mixed.rows[0]).toMatchObject({ status: "success" }); // connected to the one that is allowed
  });

  test("loopback is refused by default, and the server is not asked", async () => {
    const before = server.requests.length;
    const { rows } = await run(["/picture"], { allowNetworks: [] });
    expect(rows[0]).toMatchObject({ status: "ADDRESS_REFUSED", error_message: "127.0.0.1 is at 127.0.0.1" });
    expect(server.requests.length).toBe(before);
  });

  test("hundreds at once, within the limits", async () => {
    const urls = Array.from({ length: 250 }, (_, n) => `/${n}.jpg`);
    const many = await run(urls, { concurrency: 200, perHost: 200, rowsPerShard: 100 });
    expect(many.report).toMatchObject({ rows: 250, successes: 250, shards: 3 });
    expect(many.rows.map(({ url }) => url)).toEqual(urls.map((path) => server.origin + path));
  });
});

describe("what is written", () => {
  const list = async (name: string): Promise<string> => {
    const path = join(temporary, `${name}.csv`);
    const rows = ["/1.jpg,one,a", "/404,lost,b", "/2.jpg,two,c", "/3.jpg,,d"];
    await writeFile(path, ["url,caption,id", ...rows.map((line) => server.origin + line), ""].join("\n"));
    return path;
  };
  const settings = { size: 24, allowNetworks: ["127.0.0.1"], timeout: 60_000 };
  const sideCar = {
    id: "c",
    key: "000000002",
    url: expect.stringMatching(/\/2\.jpg$/),
    caption: "two",
    status: "success",
    width: 32,
    height: 24,
    original_width: 64,
    original_height: 48,
    sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
  };

  test("tar shards are data for everything else", async () => {
    const out = join(temporary, "shards");
    await downloadImages(await list("shards"), { ...settings, out });
    const samples: Sample[] = [];
    const dropped: string[] = [];
    for await (const sample of openData(out, { onDrop: (key, reason) => dropped.push(`${key} ${reason}`) }))
      samples.push(sample);
    expect(samples.map(({ captions }) => captions[0]?.text)).toEqual(["one", "two"]);
    expect(dropped).toEqual([expect.stringMatching(/000000003 CAPTION_MISSING$/)]);
    const { key: _key, caption: _caption, ...metadata } = sideCar; // the reader has these elsewhere
    expect(samples[1]!.metadata).toMatchObject(metadata);
    expect(await decodeSample(samples[1]!.image)).toMatchObject({ width: 32, height: 24 });
  });

  test("folders of files", async () => {
    const out = join(temporary, "folders");
    await downloadImages(await list("folders"), { ...settings, out, output: "files", encoding: "webp" });
    const shard = join(out, "00000");
    expect((await readdir(shard)).sort()).toEqual(
      [0, 2, 3].flatMap((n) => ["json", ...(n === 3 ? [] : ["txt"]), "webp"].map((ending) => `00000000${n}.${ending}`)),
    );
    expect(await readFile(join(shard, "000000002.txt"), "utf8")).toBe("two");
    expect(JSON.parse(await readFile(join(shard, "000000002.json"), "utf8"))).toMatchObject(sideCar);
    expect(await sharp(join(shard, "000000002.webp")).metadata()).toMatchObject({ format: "webp", width: 32 });
  });

  test("Parquet with the pictures in it, and files as they came", async () => {
    const out = join(temporary, "parquet");
    const kept = { output: "parquet", resize: "no", encoding: "original" } as const;
    await downloadImages(await list("parquet"), { ...settings, ...kept, out });
    expect((await readdir(out)).sort()).toEqual(["00000.parquet", "00000_stats.json", "download.json"]);
    const rows: Rows = [];
    for await (const group of readParquet(join(out, "00000.parquet"))) rows.push(...group);
    const original = new Uint8Array(await numberedPicture(2));
    expect(rows.map(({ status, metadata }) => [status, metadata])).toEqual([
      ["success", '{"id":"a"}'],
      ["HTTP_NOT_FOUND", '{"id":"b"}'],
      ["success", '{"id":"c"}'],
      ["success", '{"id":"d"}'],
    ]);
    expect(rows[1]!["image"]).toBeNull();
    expect(rows[2]).toMatchObject({
      image: { bytes: original, path: "000000002.jpg" },
      bytes: original.length,
      sha256: createHash("sha256").update(original).digest("hex"),
      width: 64,
      height: 48,
      http_status: 200,
    });
  });

  test("files that are not those of the list are refused", async () => {
    const md5 = createHash("md5")
      .update(await numberedPicture(1))
      .digest("hex");
    const path = join(temporary, "hashes.csv");
    const lines = [`/1.jpg,${md5.toUpperCase()}`, `/2.jpg,${md5}`, "/3.jpg,", "/4.jpg,abc"];
    await writeFile(path, ["url,md5", ...lines.map((line) => server.origin + line), ""].join("\n"));
    const report = await downloadImages(path, { ...settings, out: join(temporary, "hashes"), hashColumn: "md5" });
    expect(report.statuses).toEqual({ HASH_MISMATCH: 2, success: 2 });
  });

  test("settings that make no sense", async () => {
    const path = await list("settings");
    const out = join(temporary, "settings");
    await expect(downloadImages(path, { ...settings, out, encoding: "original" })).rejects.toMatchObject({
      code: "DOWNLOAD_SETTING_INVALID",
      message:
        "encoding: pictures cannot stay as they came and be resized (keep_ratio)\n" +
        "  mend: give another value for this setting",
    });
    await expect(downloadImages(path, { ...settings, out, quality: 101 })).rejects.toMatchObject({
      code: "DOWNLOAD_SETTING_INVALID",
      where: "quality",
    });
    await expect(readdir(out)).rejects.toThrow("ENOENT"); // nothing was made
  });
});
