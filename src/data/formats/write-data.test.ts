import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import sharp from "sharp";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { gates } from "../../testing/gates.ts";
import { dataFixtures, pictureFile, readAll, streamOf } from "../../testing/read-data.ts";
import type { Sample } from "../sample.ts";
import type { DataFormat } from "./data-format.ts";
import { convertData } from "./convert-data.node.ts";
import { openParquet } from "./parquet/read-parquet.node.ts";
import { writeData } from "./write-data.node.ts";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "fovea-write-"));
});
afterAll(() => rm(folder, { recursive: true }));

/** One sample of each kind that a data set may hold. */
const samples = async (): Promise<Sample[]> => [
  {
    key: "a/dog",
    image: await pictureFile("dog.png"),
    captions: [{ text: 'a dog,\n"brown"' }],
    metadata: { width: 48, note: "x", nested: { list: [1, null] } },
  },
  {
    key: "b",
    image: await pictureFile("cat.jpg"),
    captions: [{ text: "고양이", language: "ko" }],
    metadata: { width: 1.5, caption: "clashes with the caption", flag: true },
  },
  {
    key: "c",
    image: await pictureFile("cat.jpg"),
    captions: [{ text: "a cat", language: "en", provenance: "alt-text" }, { text: "a cat's face" }],
    boxes: [
      { label: "cat", x: 1, y: 2.5, width: 30, height: 20, polygons: [[1, 2, 31, 2, 31, 22.5]] },
      {
        label: "crowd",
        x: 0,
        y: 0,
        width: 48,
        height: 48,
        mask: { width: 48, height: 48, counts: [3, 2301] },
        isCrowd: true,
      },
    ],
    metadata: {},
  },
  {
    key: "d",
    image: await pictureFile("nested/fish.webp"),
    captions: [],
    conversation: [
      { role: "user", text: "<image>\nWhat is it?" },
      { role: "assistant", text: "A fish." },
    ],
    metadata: { title: "not a caption" },
  },
];

/** All samples at `path`, pictures as bytes; none may be left out. */
async function readWhole(path: string): Promise<Sample[]> {
  const { samples: found, drops } = await readAll(path, { keepUncaptioned: true });
  expect(drops).toEqual([]);
  return Promise.all(
    found.map(async ({ image, ...sample }) => ({
      ...sample,
      image: "read" in image ? await image.read() : image,
    })),
  );
}

const noDrop = { onDrop: (key: string, why: string): void => expect.fail(`${key} ${why}`) };

describe("what is written is read back", () => {
  test.each<[string, DataFormat]>([
    ["pictures", "folder"],
    ["pairs.jsonl", "jsonl"],
    ["chat.json", "llava"],
    ["one.tar", "webdataset"],
    ["shards", "webdataset"],
    ["one.parquet", "parquet"],
    ["hub", "parquet"],
    ["flat", "img2dataset"],
  ])("%s as %s: texts, languages, boxes, masks, conversations, metadata, bytes", async (name, format) => {
    const path = join(folder, name);
    expect(await writeData(streamOf(await samples()), path, { format, shardSize: 3, ...noDrop })).toBe(4);
    expect(await readWhole(path)).toEqual(await samples());
  });

  test.each<[string, DataFormat]>([
    ["commas.csv", "csv"],
    ["tabs.tsv", "tsv"],
  ])("%s: the same, but that metadata of one kind becomes text", async (name, format) => {
    const path = join(folder, name);
    await writeData(streamOf(await samples()), path, { ...noDrop });
    const [dog, ...others] = await samples();
    const text = format === "tsv" ? 'a dog, "brown"' : 'a dog,\n"brown"'; // TSV has no line breaks
    expect(await readWhole(path)).toEqual([
      { ...dog, captions: [{ text }], metadata: { ...dog!.metadata, width: "48" } },
      { ...others[0]!, metadata: { ...others[0]!.metadata, width: "1.5", flag: "true" } },
      others[1],
      others[2],
    ]);
  });

  test("COCO: captions and instances in two files, images numbered anew", async () => {
    const path = join(folder, "coco");
    const [dog, ...others] = await samples();
    await writeData(streamOf([{ ...dog!, metadata: { id: 9, note: "x" } }, ...others]), path, {
      format: "coco",
      ...noDrop,
    });
    const read = await readWhole(path);
    const plain = read.map(({ metadata: { id: _, width: __, height: ___, ...metadata }, ...rest }) => ({
      ...rest,
      metadata,
    }));
    const [, cat, ...last] = await samples();
    expect(plain).toEqual([
      { ...dog, metadata: { source_id: 9, note: "x" } },
      { ...cat, metadata: { caption: "clashes with the caption", flag: true } }, // `width` is the picture's
      ...last,
    ]);
    const instances: unknown = JSON.parse(await readFile(join(path, "annotations/instances.json"), "utf8"));
    expect(instances).toMatchObject({
      images: [{ id: 1 }, { id: 2 }, { id: 3, width: 48, height: 48, file_name: "00000/000000002.jpg" }, { id: 4 }],
      annotations: [
        { id: 1, image_id: 3, category_id: 1, bbox: [1, 2.5, 30, 20], area: 307.5, iscrowd: 0 },
        { id: 2, category_id: 2, area: 2301, segmentation: { size: [48, 48], counts: [3, 2301] }, iscrowd: 1 },
      ],
      categories: [
        { id: 1, name: "cat" },
        { id: 2, name: "crowd" },
      ],
    });
    expect((await readdir(join(path, "annotations"))).sort()).toEqual(["captions.json", "instances.json"]);
  });

  test("COCO: a box alone has an empty segmentation, and is read as a box alone", async () => {
    const path = join(folder, "coco-box");
    const [dog] = await samples();
    const boxes = [{ label: "dog", x: 5, y: 6, width: 7, height: 8 }];
    await writeData(streamOf([{ ...dog!, boxes }]), path, { format: "coco", ...noDrop });
    const instances: unknown = JSON.parse(await readFile(join(path, "annotations/instances.json"), "utf8"));
    expect(instances).toMatchObject({ annotations: [{ bbox: [5, 6, 7, 8], area: 56, segmentation: [] }] });
    expect((await readWhole(path))[0]!.boxes).toEqual(boxes);
  });

  test("frames stay together", async () => {
    const [dog, cat] = [await pictureFile("dog.png"), await pictureFile("cat.jpg")];
    const clip: Sample = { key: "clip", image: dog, frames: [dog, cat], captions: [{ text: "change" }], metadata: {} };
    for (const name of ["frames.tar", "frames.parquet"]) {
      await writeData(streamOf([clip]), join(folder, name), { ...noDrop });
      expect(await readWhole(join(folder, name))).toEqual([clip]);
    }
  });

  test("what appears after the first rows, of another type, is not lost", async () => {
    const image = await pictureFile("dog.png");
    const late = Array.from({ length: 300 }, (_, i): Sample => {
      const metadata = i === 299 ? { n: "text", fresh: true } : { n: i };
      const boxes = i === 299 ? { boxes: [{ label: "dog", x: 0, y: 0, width: 1, height: 1 }] } : {};
      return { key: `k${i}`, image, captions: [{ text: "a dog" }], metadata, ...boxes };
    });
    await writeData(streamOf(late), join(folder, "late.parquet"), { ...noDrop });
    expect((await readWhole(join(folder, "late.parquet"))).slice(298)).toEqual(late.slice(298));
  });
});

test.each<[string, DataFormat]>([
  ["path.csv", "csv"],
  ["metadata.jsonl", "jsonl"],
  ["image.json", "llava"],
  ["image.parquet", "parquet"],
  ["jpg.parquet", "img2dataset"],
  ["coco-names", "coco"],
])("metadata that is called like the column of the picture does not take its place: %s", async (name, format) => {
  const [dog] = await samples();
  const metadata = { path: "p", image: "i", Image: "I", file_name: "f", jpg: "j", png: "g" };
  const path = join(folder, name);
  await writeData(streamOf([{ ...dog!, metadata }]), path, { format, ...noDrop });
  const [found] = await readWhole(path);
  expect(found).toMatchObject({ image: dog!.image, metadata });
});

test("a table called metadata is what ImageFolder loads", async () => {
  await mkdir(join(folder, "image-folder"));
  const path = join(folder, "image-folder/metadata.jsonl");
  await writeData(streamOf(await samples()), path, noDrop);
  const [first] = (await readFile(path, "utf8")).split("\n");
  expect(JSON.parse(first!)).toMatchObject({ file_name: "metadata-images/00000/000000000.png", key: "a/dog" });
  expect(await readWhole(join(folder, "image-folder"))).toEqual(await samples());
});

test("Hugging Face's datasets sees pictures: names of files and features in the footer", async () => {
  const path = join(folder, "features");
  await writeData(streamOf(await samples()), path, { format: "parquet", shardSize: 3, ...noDrop });
  expect(await readdir(join(path, "data"))).toEqual(["train-00000-of-00002.parquet", "train-00001-of-00002.parquet"]);
  await using file = await openParquet(join(path, "data/train-00000-of-00002.parquet"));
  expect(JSON.parse(file.metadata["huggingface"]!)).toMatchObject({
    info: {
      features: {
        key: { dtype: "string", _type: "Value" },
        image: { _type: "Image" },
        captions: [{ text: { dtype: "string", _type: "Value" } }],
      },
    },
  });
  const rows = await file.read({ columns: ["image"], end: 1 }).next();
  expect(rows.value).toEqual([{ image: { bytes: await pictureFile("dog.png"), path: "dog.png" } }]);
});

test("pictures are reduced and encoded again, boxes with them", async () => {
  const bytes = new Uint8Array(
    await sharp({ create: { width: 200, height: 100, channels: 3, background: "red" } })
      .png()
      .toBuffer(),
  );
  const boxes = [{ label: "x", x: 20, y: 10, width: 100, height: 50, polygons: [[20, 10, 120, 10, 120, 60]] }];
  const big: Sample = { key: "big", image: bytes, captions: [{ text: "red" }], boxes, metadata: {} };
  const path = join(folder, "small.tar");
  await writeData(streamOf([big]), path, { maxSide: 50, encode: "jpeg", ...noDrop });
  const [small] = await readWhole(path);
  expect(small!.boxes).toEqual([
    { label: "x", x: 5, y: 2.5, width: 25, height: 12.5, polygons: [[5, 2.5, 30, 2.5, 30, 15]] },
  ]);
  const { format, width, height } = await sharp(small!.image as Uint8Array).metadata();
  expect([format, width, height]).toEqual(["jpeg", 50, 25]);
});

describe("boxes and masks stay on what they show, in pictures that EXIF turns", () => {
  // Stored 8 wide and 6 high, red in the pixels (1, 2) to (4, 3); how that box lies in the picture as it is seen was worked out by hand.
  const stored = { label: "red", x: 1, y: 2, width: 4, height: 2 };
  const seen = [
    [1, 2, 4, 2],
    [3, 2, 4, 2], // 8 - 5
    [3, 2, 4, 2],
    [1, 2, 4, 2],
    [2, 1, 2, 4],
    [2, 1, 2, 4], // 6 - 4
    [2, 3, 2, 4],
    [2, 3, 2, 4],
  ] as const;
  const turned = async (orientation: number): Promise<Uint8Array> => {
    const red = await sharp({ create: { width: 4, height: 2, channels: 3, background: "red" } })
      .png()
      .toBuffer();
    const picture = sharp({ create: { width: 8, height: 6, channels: 3, background: "white" } });
    const file = await picture
      .composite([{ input: red, left: 1, top: 2 }])
      .png()
      .toBuffer();
    return new Uint8Array(await sharp(file).withMetadata({ orientation }).png().toBuffer());
  };
  /** The box of the red pixels, of a picture without EXIF. */
  const redBox = async (image: Uint8Array): Promise<number[]> => {
    const { data, info } = await sharp(image).removeAlpha().raw().toBuffer({ resolveWithObject: true });
    const at = Array.from({ length: info.width * info.height }, (_, i) => i).filter((i) => data[3 * i + 1]! < 128);
    const [columns, rows] = [at.map((i) => i % info.width), at.map((i) => Math.floor(i / info.width))];
    const [x, y] = [Math.min(...columns), Math.min(...rows)];
    return [x, y, Math.max(...columns) - x + 1, Math.max(...rows) - y + 1];
  };

  test.each([1, 2, 3, 4, 5, 6, 7, 8])("orientation %i", async (orientation) => {
    const image = await turned(orientation);
    const [x, y, width, height] = seen[orientation - 1]!;
    const box = { label: "red", x, y, width, height };
    const asSeen: Sample = { key: "seen", image, captions: [{ text: "red" }], boxes: [box], metadata: {} };
    // Only quarter turns show in the extents that the data has.
    const asStored: Sample[] =
      orientation < 5 ? [] : [{ ...asSeen, key: "stored", boxes: [stored], metadata: { width: 8, height: 6 } }];
    for (const encode of [undefined, "png"] as const) {
      const path = join(folder, `turned-${orientation}-${encode ?? "kept"}`);
      const options = { format: "coco", ...(encode && { encode }), ...noDrop } as const;
      await writeData(streamOf([asSeen, ...asStored]), path, options);
      const read = await readWhole(path);
      expect(read).toHaveLength(orientation < 5 ? 1 : 2);
      for (const sample of read) {
        expect(sample.boxes).toEqual([box]);
        expect(sample.metadata).toMatchObject(orientation < 5 ? { width: 8, height: 6 } : { width: 6, height: 8 });
      }
      const drawn = encode ? await Promise.all(read.map(({ image }) => redBox(image as Uint8Array))) : [];
      expect(drawn).toEqual(encode ? read.map(() => [x, y, width, height]) : []);
    }
  });

  test("a mask is turned with its picture, and reduced", async () => {
    // 8 x 6 pixels, column by column: rows 2 and 3 of columns 1 to 4; turned by 90 degrees, as orientation 6 has it, columns 2 and 3 of rows 1 to 4.
    const mask = { width: 8, height: 6, counts: [8, 2, 4, 2, 4, 2, 4, 2, 20] };
    const sample: Sample = {
      key: "a",
      image: await turned(6),
      captions: [{ text: "red" }],
      boxes: [{ ...stored, mask }],
      metadata: { width: 8, height: 6 },
    };
    for (const [maxSide, place, counts] of [
      [8, { x: 2, y: 1, width: 2, height: 4 }, [17, 4, 4, 4, 19]],
      // 3 x 4 pixels: old pixels 1, 3 and 5 across, 1, 3, 5 and 7 down are at the centres of the new ones.
      [4, { x: 1, y: 0.5, width: 1, height: 2 }, [4, 2, 6]],
    ] as const) {
      const path = join(folder, `mask-${maxSide}.tar`);
      await writeData(streamOf([sample]), path, { encode: "png", maxSide, ...noDrop });
      const [read] = await readWhole(path);
      const size = maxSide === 8 ? { width: 6, height: 8 } : { width: 3, height: 4 };
      expect(read!.boxes).toEqual([{ label: "red", ...place, mask: { ...size, counts } }]);
    }
  });
});

describe("nothing half-written looks whole", () => {
  test.each(["x.csv", "x.jsonl", "x.tar", "x.parquet", "x"])("%s: after a failure there is nothing", async (name) => {
    const place = await mkdtemp(join(folder, "failure-"));
    const failing = async function* (): AsyncGenerator<Sample> {
      yield* await samples();
      throw new Error("the source broke");
    };
    await expect(writeData(failing(), join(place, name), { ...noDrop })).rejects.toThrow("the source broke");
    expect(await readdir(place)).toEqual([]);
    const stop = AbortSignal.abort(new Error("stop"));
    const stopped = writeData(streamOf(await samples()), join(place, name), { ...noDrop, signal: stop });
    await expect(stopped).rejects.toThrow("stop");
    expect(await readdir(place)).toEqual([]);
  });

  test.each<[string, DataFormat]>([
    ["busy.csv", "csv"],
    ["busy", "webdataset"],
    ["busy-coco", "coco"],
  ])("two at once: the second is refused, and does not disturb the first: %s", async (name, format) => {
    const path = join(folder, name);
    const { open, wait, started } = gates();
    const slow = async function* (): AsyncGenerator<Sample> {
      const [one, ...others] = await samples();
      yield one!;
      await wait(0);
      yield* others;
    };
    const first = writeData(slow(), path, { format, origin: "one", ...noDrop });
    await vi.waitFor(() => expect(started).toEqual([0]));
    for (const overwrite of [false, true])
      await expect(writeData(streamOf(await samples()), path, { format, overwrite })).rejects.toMatchObject({
        code: "DESTINATION_BUSY",
        message: `${path}: process ${process.pid} is writing to it\n  mend: wait until it ends, or write elsewhere; if it is no run of fovea, remove ${path}.lock`,
      });
    open(0);
    expect(await first).toBe(4);
    expect((await readWhole(path)).map(({ key }) => key)).toEqual(["a/dog", "b", "c", "d"]);
    expect((await readdir(folder)).filter((other) => /\.(lock|tmp)/.test(other))).toEqual([]);
  });

  test("what is there is not replaced unasked; pictures that cannot be read are named", async () => {
    const place = await mkdtemp(join(folder, "exists-"));
    const path = join(place, "pairs.csv");
    await writeFile(path, "mine");
    const drops: string[] = [];
    const options = { onDrop: (key: string, why: string): void => void drops.push(`${key} ${why}`) };
    await expect(writeData(streamOf(await samples()), path, options)).rejects.toMatchObject({
      code: "DATA_EXISTS",
      message: `${path}: the file is there already\n  mend: choose another name, or allow it to be replaced (--overwrite)`,
    });
    const broken: Sample = { key: "broken", image: new Uint8Array([1, 2, 3]), captions: [], metadata: {} };
    const alone = writeData(streamOf([broken]), path, { ...options, overwrite: true });
    await expect(alone).rejects.toMatchObject({ code: "DATA_EMPTY" });
    expect(drops).toEqual(["broken IMAGE_NOT_DECODABLE"]);
    expect(await readFile(path, "utf8")).toBe("mine");
    expect(await writeData(streamOf([broken, ...(await samples())]), path, { ...options, overwrite: true })).toBe(4);
    expect(await readdir(place)).toEqual(["pairs-images", "pairs.csv"]);
  });
});

test("convert: damage is counted; a table may name pictures where they are", async () => {
  const place = await mkdtemp(join(folder, "convert-"));
  const { written, drops } = await convertData(join(dataFixtures, "pictures"), join(place, "a.jsonl"), {
    reference: true,
  });
  expect(written).toBe(4);
  expect(drops.list()).toEqual([
    { reason: "CAPTION_EMPTY", count: 1, examples: ["blank.png"] },
    { reason: "CAPTION_MISSING", count: 1, examples: ["uncaptioned.png"] },
    { reason: "IMAGE_NOT_DECODABLE", count: 1, examples: ["truncated.jpg"] },
  ]);
  expect(await readdir(place)).toEqual(["a.jsonl"]);
  const row: unknown = JSON.parse((await readFile(join(place, "a.jsonl"), "utf8")).split("\n")[0]!);
  expect(row).toMatchObject({ path: join(dataFixtures, "pictures/cat.jpg"), key: "cat.jpg", caption: "a cat's face" });
  await mkdir(join(place, "inner"));
  await expect(convertData(place, join(place, "inner/out"), {})).rejects.toMatchObject({ code: "DATA_EXISTS" });
});
