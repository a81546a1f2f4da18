import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buffer } from "node:stream/consumers";
import { gzipSync } from "node:zlib";
import { pack } from "tar-stream";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { key, type Key } from "../../engine/random.ts";
import { InputError } from "../../platform/error.ts";
import { decodeSample, type Sample } from "../sample.ts";
import { dataFixtures, pictureFile, readAll } from "../../testing/read-data.ts";

const textsOf = (samples: readonly Sample[]): [string, string[]][] =>
  samples.map(({ key, captions }) => [key, captions.map(({ text }) => text)]);

const failure = async (path: string): Promise<InputError> => {
  const error: unknown = await readAll(path).catch((thrown: unknown) => thrown);
  if (!(error instanceof InputError)) throw error;
  return error;
};

let folder = "";
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "fovea-data-"));
});
afterAll(() => rm(folder, { recursive: true }));

/** Writes a tar of the given files; the ending decides whether it is compressed. */
async function writeTar(path: string, files: Readonly<Record<string, Uint8Array | string>>): Promise<void> {
  const tar = pack();
  for (const [name, content] of Object.entries(files)) {
    tar.entry({ name }, typeof content === "string" ? content : Buffer.from(content));
  }
  tar.finalize();
  const bytes = await buffer(tar);
  await writeFile(path, path.endsWith("gz") ? gzipSync(bytes) : bytes);
}

/** Overwrites the size in the tar header at `at`, and its checksum. */
function claimSize(bytes: Buffer, at: number, size: number): Buffer {
  bytes.write(`${size.toString(8).padStart(11, "0")}\0`, at + 124, "latin1");
  bytes.fill(0x20, at + 148, at + 156);
  const sum = bytes.subarray(at, at + 512).reduce((total, byte) => total + byte, 0);
  bytes.write(`${sum.toString(8).padStart(6, "0")}\0 `, at + 148, "latin1");
  return bytes;
}

describe("a folder of pictures", () => {
  test("takes the captions of side-car files, one a line, and names what it leaves out", async () => {
    const { samples, drops } = await readAll(join(dataFixtures, "pictures"));
    expect(textsOf(samples)).toEqual([
      ["cat.jpg", ["a cat's face"]],
      ["dog.png", ["a dog's face", "a brown dog", "강아지 얼굴"]],
      ["nested/fish.webp", ["a tropical fish"]],
      ["owl.jpg", ["an owl"]],
      ["truncated.jpg", ["a horse"]],
    ]);
    expect(drops).toEqual(["blank.png CAPTION_EMPTY", "uncaptioned.png CAPTION_MISSING"]);
  });

  test("its pictures decode; a truncated one is refused", async () => {
    const { samples } = await readAll(join(dataFixtures, "pictures"));
    const byKey = new Map(samples.map((sample) => [sample.key, sample.image]));
    expect(await decodeSample(byKey.get("dog.png")!)).toMatchObject({ width: 48, height: 48 });
    expect(await decodeSample(byKey.get("nested/fish.webp")!)).toMatchObject({ width: 40, height: 40 });
    await expect(decodeSample(byKey.get("truncated.jpg")!)).rejects.toMatchObject({ code: "IMAGE_NOT_DECODABLE" });
  });

  test("takes SVG, and names pictures of kinds that nothing here decodes", async () => {
    const album = await mkdtemp(join(folder, "album-"));
    const svg =
      '<svg xmlns="http://www.w3.org/2000/svg" width="3" height="2"><rect width="3" height="2" fill="red"/></svg>';
    const files = { "a.svg": svg, "a.txt": "a red flag", "b.HEIC": "", "b.txt": "a sea", "c.bmp": "", "notes.pdf": "" };
    for (const [name, content] of Object.entries(files)) await writeFile(join(album, name), content);
    const { samples, drops } = await readAll(album);
    expect(textsOf(samples)).toEqual([["a.svg", ["a red flag"]]]);
    expect(drops).toEqual(["b.HEIC IMAGE_FORMAT_UNKNOWN", "c.bmp IMAGE_FORMAT_UNKNOWN"]);
    const { data } = await decodeSample(samples[0]!.image);
    expect([...data]).toEqual(Array.from({ length: 6 }, () => [255, 0, 0]).flat());
  });

  test("without any picture is an error that says what would do", async () => {
    const empty = await mkdtemp(join(folder, "empty-"));
    const error = await failure(empty);
    expect(error.code).toBe("DATA_EMPTY");
    expect(error.message).toBe(
      `${empty}: the folder holds no pictures, no table, no COCO annotations, no tar shards and no Parquet files\n` +
        "  mend: give a folder of pictures with .txt captions, a CSV, TSV, JSONL or JSON file, WebDataset .tar files or .parquet files",
    );
  });
});

describe("a table", () => {
  test("CSV: quoted line breaks, a byte-order mark, other columns as metadata", async () => {
    const { samples, drops } = await readAll(join(dataFixtures, "pairs.csv"));
    expect(textsOf(samples)).toEqual([
      ["pictures/dog.png", ["a dog, brown"]],
      ["pictures/cat.jpg", ["a cat's face"]],
      ["pictures/nested/fish.webp", ["a fish\nin two lines"]],
    ]);
    expect(samples[0]!.metadata).toEqual({ licence: "Apache-2.0" });
    expect(await decodeSample(samples[1]!.image)).toMatchObject({ width: 48, height: 48 });
    expect(drops.sort()).toEqual([
      "pairs.csv: line 7 ROW_MALFORMED",
      "pairs.csv: row 5 IMAGE_MISSING",
      "pictures/owl.jpg CAPTION_EMPTY",
    ]);
  });

  test("TSV: quotes are characters, languages are kept", async () => {
    const { samples, drops } = await readAll(join(dataFixtures, "pairs.tsv"));
    expect(samples.map(({ captions }) => captions)).toEqual([
      [{ text: 'a "dog" without a closing " quote', language: "en" }],
      [{ text: "고양이 얼굴", language: "ko" }],
    ]);
    expect(drops).toEqual([]);
  });

  test("JSONL: one caption or several, damaged lines named", async () => {
    const { samples, drops } = await readAll(join(dataFixtures, "pairs.jsonl"));
    expect(textsOf(samples)).toEqual([
      ["pictures/dog.png", ["a dog"]],
      ["pictures/cat.jpg", ["a cat", "a cat's face"]],
    ]);
    expect(samples[0]!.metadata).toEqual({ width: 48 });
    expect(drops).toEqual([
      "pairs.jsonl: line 3 ROW_MALFORMED",
      "pairs.jsonl: line 5 ROW_MALFORMED",
      "pictures/owl.jpg CAPTION_MISSING",
    ]);
  });

  test("in a folder under Hugging Face's name goes before the pictures", async () => {
    const dataset = await mkdtemp(join(folder, "imagefolder-"));
    await writeFile(join(dataset, "metadata.csv"), "file_name,text\ndog.png,a dog\n");
    await writeFile(join(dataset, "dog.png"), await pictureFile("dog.png"));
    expect(textsOf((await readAll(dataset)).samples)).toEqual([["dog.png", ["a dog"]]]);
  });

  test("whose picture is not there fails when the picture is read", async () => {
    const path = join(folder, "absent.csv");
    await writeFile(path, "path,caption\nnowhere.png,nothing\n");
    const { samples } = await readAll(path);
    await expect(decodeSample(samples[0]!.image)).rejects.toMatchObject({ code: "FILE_NOT_READABLE" });
  });

  test("without the columns lists those it has, and the near name", async () => {
    const path = join(folder, "wrong.csv");
    await writeFile(path, "pth,caption,note\na.png,b,c\n");
    const error = await failure(path);
    expect(error.code).toBe("COLUMN_MISSING");
    expect(error.message).toBe(
      'wrong.csv: no picture column among "pth", "caption", "note"\n  mend: did you mean "path" by "pth"? rename the column',
    );
  });
});

describe("WebDataset shards", () => {
  const files = async (): Promise<Record<string, Uint8Array | string>> => ({
    "a/000.jpg": await pictureFile("cat.jpg"),
    "a/000.txt": "a cat\na face\n",
    "a/000.json": JSON.stringify({ width: 48, title: "not used" }),
    "a/001.seg.png": await pictureFile("dog.png"),
    "a/001.PNG": await pictureFile("dog.png"),
    "a/001.json": JSON.stringify({ caption: "a dog" }),
    "a/002.txt": "no picture",
    "a/003.webp": await pictureFile("nested/fish.webp"),
    "a/003.txt": " ",
    "a/004.png": await pictureFile("dog.png"),
    "a/005.png": await pictureFile("dog.png"),
    "a/005.json": "{",
    README: "no ending: not a sample",
  });
  const expected = [
    ["a/000", ["a cat", "a face"]],
    ["a/001", ["a dog"]],
  ] as const;
  const drops = [
    "a/002 IMAGE_MISSING",
    "a/003 CAPTION_EMPTY",
    "a/004 CAPTION_MISSING",
    "a/005 JSON_MALFORMED",
  ] as const;

  test.each(["plain.tar", "packed.tar.gz"])("%s: files of one name are one sample", async (shard) => {
    const path = join(folder, shard);
    await writeTar(path, await files());
    const read1 = await readAll(path);
    expect(textsOf(read1.samples)).toEqual(expected.map(([key, texts]) => [`${shard}/${key}`, texts]));
    expect(read1.drops).toEqual(drops.map((drop) => `${shard}/${drop}`));
    expect(read1.samples[0]!.metadata).toEqual({ width: 48, title: "not used" });
    expect(read1.samples[0]!.image).toEqual(new Uint8Array(await pictureFile("cat.jpg")));
  });

  // Three samples; blocks of 512 bytes: the first has blocks 0 to 5, the second 6 to 12, the third begins at 13.
  const threeSamples = async (): Promise<Record<string, Uint8Array | string>> => ({
    "0.jpg": await pictureFile("cat.jpg"),
    "0.txt": "a cat",
    "1.png": await pictureFile("dog.png"),
    "1.txt": "a dog",
    "2.jpg": await pictureFile("cat.jpg"),
    "2.txt": "a cat",
  });

  test.each([
    ["cut inside a file", "cut.tar", (bytes: Buffer) => bytes.subarray(0, 512 * 15 + 100), ["cut.tar/0"]],
    ["with a damaged header", "header.tar", (bytes: Buffer) => bytes.fill(0x41, 512 * 13, 512 * 14), ["header.tar/0"]],
    ["cut inside the compression", "cut.tar.gz", (bytes: Buffer) => bytes.subarray(0, 1000), []],
    ["that is no archive", "noise.tar.gz", () => Buffer.from("this is not a gzip file"), []],
    ["that claims a file of 1 GiB", "huge.tar", (bytes: Buffer) => claimSize(bytes, 512 * 13, 2 ** 30), ["huge.tar/0"]],
  ])("a shard %s gives its whole samples and is dropped; the next is read", async (_, name, damage, whole) => {
    const dataset = await mkdtemp(join(folder, "damaged-"));
    await writeTar(join(dataset, name), await threeSamples());
    await writeTar(join(dataset, "z.tar"), await threeSamples());
    await writeFile(join(dataset, name), damage(await readFile(join(dataset, name))));
    const { samples, drops } = await readAll(dataset);
    expect(drops).toEqual([`${name} SHARD_CORRUPT`]);
    expect(samples.map((sample) => sample.key)).toEqual([...whole, "z.tar/0", "z.tar/1", "z.tar/2"]);
  });

  test("are read in an order that the key decides", async () => {
    const dataset = await mkdtemp(join(folder, "order-"));
    for (let shard = 0; shard < 8; shard++) {
      await writeTar(join(dataset, `${shard}.tar`), { "x.png": await pictureFile("dog.png"), "x.txt": "a dog" });
    }
    const order = async (shardOrder?: Key): Promise<(string | undefined)[]> =>
      (await readAll(dataset, shardOrder ? { shardOrder } : {})).samples.map((sample) => sample.key[0]);
    const sorted = ["0", "1", "2", "3", "4", "5", "6", "7"];
    expect(await order()).toEqual(sorted);
    const mixed = await order(key(1));
    expect(new Set(mixed)).toEqual(new Set(sorted));
    expect(mixed).not.toEqual(sorted);
    expect(await order(key(1))).toEqual(mixed);
    expect(await order(key(2))).not.toEqual(mixed);
  });
});

test.each(["throws.tar", "throws.csv", "throws.jsonl"])("%s: what onDrop throws comes out unchanged", async (name) => {
  const path = join(folder, name);
  if (name.endsWith("tar")) await writeTar(path, { "0.txt": "no picture" });
  else await writeFile(path, "path,caption\ntoo,many,columns\n");
  const onDrop = (): void => {
    throw new InputError("TOO_MANY_DROPS", "here", "enough", "stop");
  };
  await expect(readAll(path, { onDrop })).rejects.toMatchObject({ code: "TOO_MANY_DROPS" });
});

test("a path that is not there, or of another kind, is an error that says so", async () => {
  expect(await failure(join(folder, "nowhere"))).toMatchObject({ code: "DATA_NOT_FOUND" });
  const path = join(folder, "data.xlsx");
  await writeFile(path, "x");
  const error = await failure(path);
  expect(error.code).toBe("DATA_NOT_RECOGNISED");
  expect(error.message).toBe(
    `${path}: the file's ending is none of .csv, .tsv, .jsonl, .json, .tar, .tar.gz, .tgz, .parquet\n` +
      "  mend: give one of these, or a folder of pictures with .txt captions",
  );
});

describe("texts that are no UTF-8 are left out by name, not changed", () => {
  const latin1 = (text: string): Buffer => Buffer.from(text, "latin1");
  const parts = (ending: string, rows: readonly string[]): [string, Uint8Array] => [
    `texts.${ending}`,
    Buffer.concat(rows.map((row, i) => (i === 1 ? latin1(row) : Buffer.from(row)))),
  ];
  test.each([
    [
      ...parts("csv", ["path,caption\na.png,caf\u00e9\n", "b.png,caf\u00e9\n", "c.png,\ufffd \ud55c\uad6d\n"]),
      "texts.csv: row 2",
    ],
    [
      ...parts("csv", ["\ufeffpath,caption\na.png,caf\u00e9\n", "b.png,caf\u00e9\n", "c.png,\ufffd \ud55c\uad6d\n"]),
      "texts.csv: row 2",
    ],
    [
      ...parts("tsv", ["path\tcaption\na.png\tcaf\u00e9\n", "b.png\tcaf\u00e9\n", "c.png\t\ufffd \ud55c\uad6d\n"]),
      "texts.tsv: row 2",
    ],
    [
      ...parts("jsonl", [
        '\ufeff{"path":"a.png","caption":"caf\u00e9"}\r\n',
        '{"path":"b.png","caption":"caf\u00e9"}\n',
        '{"path":"c.png","caption":"\ufffd \ud55c\uad6d"}',
      ]),
      "texts.jsonl: line 2",
    ],
    [
      ...parts("json", [
        '[{"image":"a.png","caption":"caf\u00e9"},',
        '{"image":"b.png","caption":"caf\u00e9"},',
        '{"image":"c.png","caption":"\ufffd \ud55c\uad6d"}]',
      ]),
      "texts.json: row 2",
    ],
  ])("%s", async (name, bytes, dropped) => {
    await writeFile(join(folder, name), bytes);
    const { samples, drops } = await readAll(join(folder, name));
    expect(textsOf(samples)).toEqual([
      ["a.png", ["caf\u00e9"]],
      ["c.png", ["\ufffd \ud55c\uad6d"]],
    ]);
    expect(drops).toEqual([`${dropped} TEXT_NOT_UTF8`]);
  });

  test("a folder, and shards", async () => {
    const album = await mkdtemp(join(folder, "latin1-"));
    const picture = await pictureFile("dog.png");
    const files = {
      "a.png": picture,
      "a.txt": latin1("caf\u00e9"),
      "b.png": picture,
      "b.txt": Buffer.from("\ufeffcaf\u00e9\n"),
    };
    for (const [name, content] of Object.entries(files)) await writeFile(join(album, name), content);
    await writeTar(join(album, "x.tgz"), files);
    const shard = await readAll(join(album, "x.tgz"));
    await rm(join(album, "x.tgz"));
    const found = await readAll(album);
    expect([textsOf(found.samples), found.drops]).toEqual([[["b.png", ["caf\u00e9"]]], ["a.png TEXT_NOT_UTF8"]]);
    expect([textsOf(shard.samples), shard.drops]).toEqual([[["x.tgz/b", ["caf\u00e9"]]], ["x.tgz/a TEXT_NOT_UTF8"]]);
  });

  test("UTF-16 with its mark is read", async () => {
    await writeFile(join(folder, "wide.csv"), Buffer.from("\ufeffpath,caption\na.png,caf\u00e9\n", "utf16le"));
    expect(textsOf((await readAll(join(folder, "wide.csv"))).samples)).toEqual([["a.png", ["caf\u00e9"]]]);
  });
});
