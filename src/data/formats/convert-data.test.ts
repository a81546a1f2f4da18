import { spawn } from "node:child_process";
import { cp, mkdir, mkdtemp, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import sharp from "sharp";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { bundleProgram } from "../../testing/bundle-program.ts";
import type { Moment } from "../../testing/killed-conversion.node.ts";
import { convertData, type Converted, type ConvertDataOptions } from "./convert-data.node.ts";

let program: string;
let scratch: string;
let source: string;

beforeAll(async () => {
  program = await bundleProgram("killed-conversion.node.ts");
  scratch = await mkdtemp(join(tmpdir(), "fovea-convert-"));
  source = join(scratch, "rows.jsonl");
  await writeFile(source, rows(23));
  for (let i = 0; i < 23; i++) {
    const pixels = {
      create: { width: 40 + i, height: 30, channels: 3, background: { r: 10 * i, g: 99, b: 0 } },
    } as const;
    await writeFile(
      join(scratch, `${i}.png`),
      i === 4 || i === 17 ? "no picture" : await sharp(pixels).png().toBuffer(),
    );
  }
});
afterAll(async () => {
  await rm(scratch, { recursive: true });
  await rm(program);
});

/** Rows whose pictures differ; two of the pictures cannot be decoded, one row has no caption, one is no row. */
const rows = (count: number): string =>
  [
    ...Array.from({ length: count }, (_, i) =>
      JSON.stringify({ path: `${i}.png`, caption: i === 9 ? "" : `picture ${i}`, n: i }),
    ),
    "{broken",
    "",
  ].join("\n");

/** Every file below a folder, or the file, with its bytes. */
async function filesAt(path: string): Promise<Record<string, string>> {
  const entries = await readdir(path, { recursive: true, withFileTypes: true }).catch(() => undefined);
  if (entries === undefined) return { "": await readFile(path, "base64") };
  const files = entries.filter((entry) => entry.isFile()).map(({ parentPath, name }) => join(parentPath, name));
  return Object.fromEntries(
    await Promise.all(
      files.sort().map(async (file) => [relative(path, file), await readFile(file, "base64")] as const),
    ),
  );
}

async function kill(destination: string, moment: Moment, options: ConvertDataOptions): Promise<unknown> {
  return new Promise((resolve) => {
    const args = [program, source, destination, moment, JSON.stringify(options)];
    const child = spawn(process.execPath, args, { stdio: ["ignore", "ignore", "pipe"] });
    let stderr = "";
    child.stderr.on("data", (chunk) => (stderr += String(chunk)));
    child.on("close", (_, signal) => resolve({ signal, stderr }));
  });
}

const plain = ({ written, drops }: Converted) => ({ written, drops: drops.list() });

/** Renames: the journal, four shards; Parquet's shards then get the number of all, and the folder its name. */
const shardMoments: readonly Moment[] = ["after-sample:3", "after-sample:13", "before-rename:3", "after-rename:3"];
const kinds: readonly (readonly [string, ConvertDataOptions, readonly Moment[]])[] = [
  [
    "webdataset",
    { format: "webdataset", shardSize: 6, maxSide: 16 },
    [...shardMoments, "after-rename:5", "before-rename:6"],
  ],
  ["parquet", { format: "parquet", shardSize: 6 }, [...shardMoments, "after-rename:7", "before-rename:10"]],
  ["img2dataset", { format: "img2dataset", shardSize: 6, encode: "jpeg" }, ["after-rename:3"]],
];

describe.each(kinds)("shards of %s", (name, options, moments) => {
  let expected: Converted;
  let files: Record<string, string>;
  beforeAll(async () => {
    const whole = join(scratch, `${name}-whole`);
    expected = await convertData(source, whole, options);
    files = await filesAt(whole);
  });

  test.each(moments)("killed %s, a conversion goes on to the same bytes and counts", async (moment) => {
    const place = await mkdtemp(join(scratch, `${name}-`));
    const out = join(place, "out");
    expect(await kill(out, moment, options)).toEqual({ signal: "SIGKILL", stderr: "" });
    expect(await readdir(place)).toEqual(["out.lock", "out.tmp"]);
    const resumed = await convertData(source, out, options);
    expect(plain(resumed)).toEqual(plain(expected));
    expect(plain(resumed).drops).toEqual([
      { reason: "IMAGE_NOT_DECODABLE", count: 2, examples: ["4.png", "17.png"] },
      expect.objectContaining({ count: 1 }),
      expect.objectContaining({ count: 1 }),
    ]);
    expect(await filesAt(out)).toEqual(files);
    expect(await readdir(place)).toEqual(["out"]);
  });
});

describe("what goes on, and what begins anew", () => {
  const options = { format: "webdataset", shardSize: 6 } as const;

  test("whole shards are not written again; other settings begin anew", async () => {
    const place = await mkdtemp(join(scratch, "settings-"));
    const out = join(place, "out");
    await kill(out, "after-sample:13", options);
    await rename(`${out}.tmp`, join(place, "killed"));
    const counts = async (now: ConvertDataOptions): Promise<number> => {
      await cp(join(place, "killed"), `${out}.tmp`, { recursive: true });
      const seen: number[] = [];
      await convertData(source, out, { ...now, onProgress: (written) => seen.push(written) });
      await rm(out, { recursive: true });
      return seen[0]!;
    };
    expect(await counts(options)).toBe(13); // 12 are in two whole shards
    expect(await counts({ ...options, maxSide: 16 })).toBe(1);
    expect(await counts({ ...options, shardSize: 5 })).toBe(1);
    expect(await counts({ ...options, limit: 22 })).toBe(1);
  });

  test("another source is refused", async () => {
    const place = await mkdtemp(join(scratch, "changed-"));
    const out = join(place, "out");
    await kill(out, "after-sample:13", options);
    const changed = (found: string) => ({
      code: "DATA_CHANGED",
      message:
        `${out}.tmp: the source is not what it was when these shards were written: ${found}\n` +
        "  mend: give the source as it was, or remove this folder to begin anew",
    });
    try {
      await writeFile(source, rows(23).replace("picture 2", "another"));
      await expect(convertData(source, out, options)).rejects.toMatchObject(
        changed("the first 7 samples are not the same"),
      );
      await writeFile(source, rows(9));
      await expect(convertData(source, out, options)).rejects.toMatchObject(
        changed("it has 9 samples, and had at least 13"),
      );
    } finally {
      await writeFile(source, rows(23));
    }
    await convertData(source, out, options); // what it is again: both attempts left the shards as they were
    expect(await readdir(place)).toEqual(["out"]);
  });

  test("a stopped conversion keeps whole shards, and nothing if there are none", async () => {
    const place = await mkdtemp(join(scratch, "stopped-"));
    const stopAt = async (samples: number): Promise<string[]> => {
      const controller = new AbortController();
      const onProgress = (written: number): void => void (written === samples && controller.abort(new Error("stop")));
      const { signal } = controller;
      const stopped = convertData(source, join(place, "out"), { ...options, signal, onProgress });
      await expect(stopped).rejects.toThrow("stop");
      return readdir(place);
    };
    expect(await stopAt(4)).toEqual([]);
    expect(await stopAt(8)).toEqual(["out.tmp"]);
  });

  const files: readonly (readonly [string, ConvertDataOptions, Moment])[] = [
    ["a.tar", {}, "after-sample:13"],
    ["b.parquet", {}, "before-rename:1"],
    ["c.csv", {}, "after-sample:13"],
    ["c.csv", {}, "before-rename:1"], // the folder of pictures
    ["c.csv", {}, "after-rename:1"], // its table is not there
    ["c.csv", {}, "before-rename:2"],
    ["d.json", {}, "after-sample:13"],
    ["e", { format: "coco" }, "after-sample:13"],
    ["f", {}, "after-sample:13"],
  ];
  test.each(files)(
    "%s %j killed %s: the next run begins anew, and leaves nothing of it",
    async (name, kind, moment) => {
      const place = await mkdtemp(join(scratch, "anew-"));
      await mkdir(join(place, "whole"));
      await convertData(source, join(place, "whole", name), kind);
      await mkdir(join(place, "out"));
      const out = join(place, "out", name);
      expect(await kill(out, moment, kind)).toEqual({ signal: "SIGKILL", stderr: "" });
      await convertData(source, out, kind);
      expect(await filesAt(join(place, "out"))).toEqual(await filesAt(join(place, "whole")));
    },
  );
});

test("a table's folder of pictures is not replaced unasked, and never the source itself", async () => {
  const place = await mkdtemp(join(scratch, "images-"));
  await mkdir(join(place, "pets-images"));
  await writeFile(join(place, "pets-images", "mine.txt"), "mine");
  const [table, images] = [join(place, "pets.csv"), join(place, "pets-images")];
  await expect(convertData(source, table, {})).rejects.toMatchObject({
    code: "DATA_EXISTS",
    message: expect.stringMatching(/^.*pets-images: the folder is not empty/),
  });
  await expect(convertData(images, table, { overwrite: true })).rejects.toMatchObject({
    code: "DATA_EXISTS",
    message: expect.stringContaining(`it is within ${images}, or the other way round`),
  });
  expect(await readFile(join(images, "mine.txt"), "utf8")).toBe("mine");
});
