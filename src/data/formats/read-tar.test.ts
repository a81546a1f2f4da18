import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { buffer } from "node:stream/consumers";
import { gunzipSync } from "node:zlib";
import { pack } from "tar-stream";
import { describe, expect, test } from "vitest";
import { dataFixtures } from "../../testing/read-data.ts";
import { readTar, type TarEntry } from "./read-tar.ts";

/** An archive that GNU tar wrote, in one of its formats. */
const archive = async (format: string): Promise<Uint8Array> =>
  gunzipSync(await readFile(join(dataFixtures, "tar", `${format}.tar.gz`)));

async function* chunksOf(bytes: Uint8Array, length: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += length) yield bytes.subarray(at, at + length);
}

/** Name and text of each file; what went wrong, if anything did. */
async function read(bytes: Uint8Array, { chunk = 65_536, maxBytes = 1000 } = {}) {
  const files: Record<string, string> = {};
  try {
    for await (const entry of readTar(chunksOf(bytes, chunk), maxBytes)) files[entry.name] = textOf(entry);
  } catch (error) {
    return { files, error: String(error) };
  }
  return { files };
}

const textOf = ({ bytes }: TarEntry): string => new TextDecoder().decode(bytes);

const deep = `./${"folder-of-a-long-name/".repeat(4)}picture-of-a-cat-on-a-mat-000001.txt`;
const long = `./${"n".repeat(120)}.txt`;

describe("an archive of GNU tar, with a folder and a link", () => {
  test.each([
    ["gnu", { [deep]: "a cat\n", [long]: "long", "./고양이.txt": "x" }],
    ["pax", { [deep]: "a cat\n", [long]: "long", "./고양이.txt": "x" }],
    ["ustar", { [deep]: "a cat\n", "./고양이.txt": "x" }],
    ["v7", { "./고양이.txt": "x" }],
  ])("in the format %s", async (format, files) => {
    const bytes = await archive(format);
    for (const chunk of [1, 511, 700, 65_536]) expect(await read(bytes, { chunk })).toEqual({ files });
    expect(await read(Buffer.concat([bytes, bytes.subarray(0, bytes.length - 1024)]))).toEqual({ files }); // two in one
  });

  test("that is cut off or changed gives what comes before", async () => {
    const bytes = await archive("ustar"); // five folders, a file in block 5, a link in block 7, a file in block 8
    const files = { [deep]: "a cat\n" };
    expect(await read(bytes.subarray(0, 512 * 7))).toEqual({ files }); // as if nothing followed
    expect(await read(bytes.subarray(0, 512 * 7 + 9))).toEqual({
      files,
      error: "Error: the archive ends inside a header",
    });
    expect(await read(bytes.subarray(0, 512 * 9 + 9))).toEqual({
      files,
      error: "Error: the archive ends inside ./고양이.txt",
    });
    bytes[512 * 8 + 130]! ^= 1; // of the size
    expect(await read(bytes)).toEqual({ files, error: "Error: a header's checksum is wrong" });
  });
});

/** An archive of tar-stream's. */
async function packed(fill: (tar: ReturnType<typeof pack>) => void): Promise<Uint8Array> {
  const tar = pack();
  fill(tar);
  tar.finalize();
  return buffer(tar);
}

test("pax records say more of a file than its header, and nothing of the next", async () => {
  const bytes = await packed((tar) => {
    tar.entry({ name: "a.txt", pax: { path: "b.txt", size: "2" } }, "xyz");
    tar.entry({ name: "c.txt" }, "cde");
  });
  expect(await read(bytes)).toEqual({ files: { "b.txt": "xy", "c.txt": "cde" } });
});

test("a file that claims to be too large is refused before it is read, whichever way it says so", async () => {
  const whole = await packed((tar) => void tar.entry({ name: "a.txt" }, "12345"));
  expect(await read(whole, { maxBytes: 4 })).toEqual({ files: {}, error: "Error: a.txt claims 5 bytes" });
  const tar = pack();
  tar.entry({ name: "huge.bin", size: 2 ** 40 });
  const header = await new Promise<Uint8Array>((resolve) => {
    tar.once("data", (chunk) => chunk instanceof Uint8Array && resolve(chunk));
  });
  expect(header[124]).toBe(0x80); // base 256
  expect(await read(header)).toEqual({ files: {}, error: "Error: huge.bin claims 1099511627776 bytes" });
});

test("a reader that stops leaves the stream", async () => {
  let isLeft = false;
  const chunks = async function* (): AsyncGenerator<Uint8Array> {
    try {
      yield await archive("gnu");
      expect.unreachable("nobody asks for more");
    } finally {
      isLeft = true;
    }
  };
  for await (const _ of readTar(chunks(), 1000)) break;
  expect(isLeft).toBe(true);
});
