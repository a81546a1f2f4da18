import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { pathWithin, readBytes, writeAtomic } from "./files.ts";

const content = Uint8Array.from({ length: 1000 }, (_, i) => i % 251);
let folder: string;
let path: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "fovea-files-"));
  path = join(folder, "with space.bin");
  await writeFile(path, content);
});
afterAll(() => rm(folder, { recursive: true }));

test.each([
  ["/a", "/a/b/c", "b/c"],
  ["/a/b", "/a/c", undefined],
  ["/a/b", "/a", undefined],
  ["/a", "/a/..c", "..c"],
  ["src", "src/platform", "platform"],
  ["/a", "/ab", undefined],
])("from %s, %s is %s", (from, path, inside) => {
  expect(pathWithin(from, path)).toBe(inside);
});

describe("readBytes of files", () => {
  test("a path, a file URL and its text", async () => {
    expect(await readBytes(path)).toEqual(content);
    expect(await readBytes(pathToFileURL(path))).toEqual(content);
    expect(await readBytes(pathToFileURL(path).href)).toEqual(content);
  });

  test("a half-open range, and an empty one", async () => {
    expect(await readBytes(path, [10, 17])).toEqual(content.slice(10, 17));
    expect(await readBytes(path, [10, 10])).toEqual(new Uint8Array());
  });

  test("says what is wrong with a missing file and with a range past the end", async () => {
    await expect(readBytes(join(folder, "none"))).rejects.toMatchObject({
      code: "FILE_NOT_READABLE",
      message: expect.stringMatching(/none: ENOENT: no such file/),
    });
    await expect(readBytes(path, [990, 1010])).rejects.toMatchObject({
      code: "FILE_NOT_READABLE",
      message: expect.stringMatching(/it ends at byte 1000, before byte 1010/),
    });
  });
});

describe("readBytes of URLs", () => {
  let server: Server;
  let base: string;

  beforeAll(async () => {
    server = createServer((request, response) => {
      const range = /^bytes=(\d+)-(\d+)$/.exec(request.headers.range ?? "");
      if (request.url === "/missing") response.writeHead(404).end();
      else if (range && request.url === "/ranges")
        response.writeHead(206).end(content.subarray(Number(range[1]), Number(range[2]) + 1));
      else response.writeHead(200).end(content);
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterAll(() => server.close());

  test("whole, by range, and by range from a server that knows none", async () => {
    expect(await readBytes(`${base}/ranges`)).toEqual(content);
    expect(await readBytes(new URL(`${base}/ranges`), [5, 9])).toEqual(content.slice(5, 9));
    expect(await readBytes(`${base}/whole`, [5, 9])).toEqual(content.slice(5, 9));
  });

  test("says what the server answered, or that there is none", async () => {
    await expect(readBytes(`${base}/missing`)).rejects.toMatchObject({
      code: "FILE_NOT_READABLE",
      message: expect.stringMatching(/missing: the server answered 404 Not Found/),
    });
    await expect(readBytes(`${base}/whole`, [990, 1010])).rejects.toThrow(/it has no bytes 990 to 1010/);
    await expect(readBytes("http://127.0.0.1:1/")).rejects.toThrow(/bad port|ECONNREFUSED/);
  });
});

describe("writeAtomic", () => {
  test("replaces the file and leaves nothing else behind", async () => {
    const target = join(folder, "atomic.txt");
    await writeAtomic(target, "old");
    await writeAtomic(target, new TextEncoder().encode("new"));
    expect(await readFile(target, "utf8")).toBe("new");
    expect((await readdir(folder)).toSorted()).toEqual(["atomic.txt", "with space.bin"]);
  });

  test("keeps the old file when the new one cannot take its place", async () => {
    await expect(writeAtomic(folder, "a file over a folder")).rejects.toMatchObject({ code: "FILE_NOT_WRITABLE" });
    expect(
      (await readdir(join(folder, ".."))).filter((name) => name.endsWith(".tmp") && name.startsWith("fovea-files-")),
    ).toEqual([]);
  });
});
