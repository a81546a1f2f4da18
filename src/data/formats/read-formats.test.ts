import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Sample } from "../sample.ts";
import { openData, type OpenDataOptions } from "./open-data.node.ts";
import { writeData } from "./write-data.node.ts";

const fixtures = new URL("../../../fixtures/data/", import.meta.url).pathname;
const picture = async (name: string): Promise<Uint8Array> =>
  new Uint8Array(await readFile(join(fixtures, "pictures", name)));

async function read(path: string, options?: Partial<OpenDataOptions>) {
  const [samples, drops]: [Sample[], string[]] = [[], []];
  const onDrop = (key: string, why: string): void => void drops.push(`${key} ${why}`);
  for await (const sample of openData(path, { onDrop, ...options })) samples.push(sample);
  return { samples, drops };
}

let folder: string;
let server: Server;
let origin: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "fovea-formats-"));
  // Serves the folder, with ranges.
  server = createServer((request, response) => {
    void (async () => {
      const bytes = await readFile(join(folder, request.url!.replace(/\?.*/, ""))).catch(() => undefined);
      if (bytes === undefined) return void response.writeHead(404).end();
      const [, from, to] = /^bytes=(\d+)-(\d*)$/.exec(request.headers.range ?? "") ?? [];
      const part = from === undefined ? bytes : bytes.subarray(Number(from), to ? Number(to) + 1 : undefined);
      response.writeHead(from === undefined ? 200 : 206, { "content-length": part.length });
      response.end(request.method === "HEAD" ? undefined : part);
    })();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  origin = typeof address === "object" && address !== null ? `http://127.0.0.1:${address.port}` : "";
});
afterAll(async () => {
  server.close();
  await rm(folder, { recursive: true });
});

describe("Parquet written by DuckDB", () => {
  test("Hugging Face's layout, zstd, several row groups", async () => {
    const { samples, drops } = await read(join(fixtures, "formats/hugging-face-zstd.parquet"));
    expect(drops).toEqual([]);
    expect(samples.map(({ key, captions }) => [key, captions[0]!.text])).toEqual([
      ["hugging-face-zstd.parquet/1", "a picture of blank.png"],
      ["hugging-face-zstd.parquet/2", "a picture of cat.jpg"],
      ["hugging-face-zstd.parquet/3", "a picture of dog.png"],
      ["hugging-face-zstd.parquet/4", "a picture of owl.jpg"],
      ["hugging-face-zstd.parquet/5", "a picture of truncated.jpg"],
      ["hugging-face-zstd.parquet/6", "a picture of uncaptioned.png"],
    ]);
    expect(samples[2]!.image).toEqual(await picture("dog.png"));
    const seen = new Date("2024-01-02T03:04:05Z");
    expect(samples[2]!.metadata).toEqual({ id: 3, vector: [0.5, 3], even: false, seen });
  });

  test("img2dataset's layout, gzip: what was not downloaded or has no caption is named", async () => {
    const { samples, drops } = await read(join(fixtures, "formats/img2dataset-gzip.parquet"));
    expect(drops).toEqual(["000000002 CAPTION_MISSING", "000000003 IMAGE_MISSING"]);
    expect(samples.map(({ key }) => key)).toEqual(["000000001", "000000004", "000000005", "000000006"]);
    expect(samples[1]!.image).toEqual(await picture("owl.jpg"));
    expect(samples[1]!.metadata).toMatchObject({ url: "http://x.test/owl.jpg", width: 48, status: "success" });
  });

  test("with addresses instead of pictures says what to do", async () => {
    const path = join(folder, "pairs.jsonl");
    await writeFile(path, '{"url": "http://x.test/1.jpg", "caption": "one"}\n');
    await expect(read(path)).rejects.toMatchObject({ code: "COLUMN_MISSING" });
  });
});

describe("COCO", () => {
  const images = [
    { id: 7, file_name: "dog.png", width: 48, height: 48, license: 1 },
    { id: 2, file_name: "cat.jpg", width: 48, height: 48 },
    { id: 3, file_name: "owl.jpg", width: 48, height: 48 },
  ];
  const captions = [
    { id: 1, image_id: 2, caption: "a cat " },
    { id: 2, image_id: 7, caption: "a dog" },
    { id: 3, image_id: 2, caption: "a cat's face" },
    { id: 4, image_id: 99, caption: "of nothing" },
    { id: 5, caption: "without image" },
  ];
  const instances = [
    {
      id: 1,
      image_id: 7,
      category_id: 18,
      bbox: [1, 2, 3, 4],
      area: 6,
      iscrowd: 0,
      segmentation: [[1, 2, 4, 2, 4, 6]],
    },
    {
      id: 2,
      image_id: 7,
      category_id: 90,
      bbox: [0, 0, 8, 9],
      iscrowd: 1,
      segmentation: { size: [9, 8], counts: [6, 1, 65] },
    },
    { id: 3, image_id: 3, category_id: 18, bbox: [5, 5, 5, 5], segmentation: { size: [48, 48], counts: "3mW2" } },
  ];

  test("captions and instances of a split, pictures in the folder of its name, masks of both kinds", async () => {
    const coco = join(folder, "coco");
    await mkdir(join(coco, "annotations"), { recursive: true });
    await mkdir(join(coco, "val2017"));
    for (const { file_name } of images) await writeFile(join(coco, "val2017", file_name), await picture(file_name));
    const put = (name: string, content: unknown): Promise<void> =>
      writeFile(join(coco, "annotations", name), JSON.stringify(content));
    await put("captions_val2017.json", { info: { year: 2017 }, images, licenses: [], annotations: captions });
    await put("instances_val2017.json", { images, annotations: instances, categories: [{ id: 18, name: "dog" }] });
    const { samples, drops } = await read(coco);
    expect(drops).toEqual([
      expect.stringMatching(/^captions_val2017.json: annotations, byte \d+ ANNOTATION_MALFORMED$/),
      "owl.jpg CAPTION_MISSING",
      "captions_val2017.json: image 99 IMAGE_MISSING",
    ]);
    const [dog, cat] = samples;
    expect(dog).toMatchObject({ key: "dog.png", captions: [{ text: "a dog" }], metadata: { id: 7, license: 1 } });
    expect(dog!.boxes).toEqual([
      { label: "dog", x: 1, y: 2, width: 3, height: 4, polygons: [[1, 2, 4, 2, 4, 6]] },
      {
        label: "90",
        x: 0,
        y: 0,
        width: 8,
        height: 9,
        mask: { width: 8, height: 9, counts: [6, 1, 65] },
        isCrowd: true,
      },
    ]);
    expect(cat).toMatchObject({ captions: [{ text: "a cat" }, { text: "a cat's face" }] });
    expect("read" in cat!.image && (await cat!.image.read())).toEqual(await picture("cat.jpg"));

    const boxesAlone = await read(join(coco, "annotations/instances_val2017.json"), { keepUncaptioned: true });
    expect(boxesAlone.samples.map(({ key, boxes = [] }) => [key, boxes.length])).toEqual([
      ["dog.png", 2],
      ["cat.jpg", 0],
      ["owl.jpg", 1],
    ]);
    expect(boxesAlone.samples[2]!.boxes![0]!.mask).toEqual({ width: 48, height: 48, counts: [3, 2301] });
  });

  test("a file that is cut off is an error that says where", async () => {
    const path = join(folder, "cut.json");
    await writeFile(path, JSON.stringify({ images, annotations: captions }).slice(0, 200));
    await expect(read(path)).rejects.toMatchObject({
      code: "COCO_NOT_READABLE",
      message: `${path}: the JSON ends at byte 200, inside a list or object\n  mend: fetch or write the file again`,
    });
  });
});

test("LLaVA: conversations, with and without captions; pictures in a folder of their own", async () => {
  const path = join(folder, "llava.json");
  const turns = [
    { from: "human", value: "<image>\nWhat is it?" },
    { from: "gpt", value: "A dog." },
  ];
  const rows = [
    { id: "1", image: "dog.png", conversations: turns },
    { id: "2", conversations: turns },
    { id: "3", image: "cat.jpg", conversations: [{ from: "alien", value: "?" }] },
  ];
  await writeFile(path, JSON.stringify(rows));
  const images = join(fixtures, "pictures");
  const { samples, drops } = await read(path, { keepUncaptioned: true, images });
  expect(drops).toEqual(["llava.json: row 2 IMAGE_MISSING"]);
  expect(samples[0]).toMatchObject({
    key: "dog.png",
    captions: [],
    conversation: [
      { role: "user", text: "<image>\nWhat is it?" },
      { role: "assistant", text: "A dog." },
    ],
    metadata: { id: "1" },
  });
  expect("read" in samples[0]!.image && (await samples[0]!.image.read())).toEqual(await picture("dog.png"));
  expect(samples[1]!.conversation).toBeUndefined();
  expect(samples[1]!.metadata["conversations"]).toEqual([{ from: "alien", value: "?" }]);
  expect((await read(path)).drops).toEqual([
    "dog.png CAPTION_MISSING",
    "llava.json: row 2 IMAGE_MISSING",
    "cat.jpg CAPTION_MISSING",
  ]);
});

test("behind HTTP: shards by braces, one missing and one cut off; Parquet by ranges; a table and its pictures", async () => {
  await writeData(openData(join(fixtures, "pictures"), { onDrop: () => {} }), join(folder, "shards"), {
    format: "webdataset",
    shardSize: 2,
  });
  const cut = join(folder, "shards/00001.tar");
  await writeFile(cut, (await readFile(cut)).subarray(0, 4000));
  const shards = await read(`${origin}/shards/{00000..00003}.tar?token=1`);
  expect(shards.drops).toEqual(["00001.tar SHARD_CORRUPT", "00003.tar SHARD_NOT_READABLE"]);
  expect(shards.samples.map(({ key }) => key)).toEqual(["cat.jpg", "dog.png", "truncated.jpg"]);

  await writeFile(join(folder, "hub.parquet"), await readFile(join(fixtures, "formats/hugging-face-zstd.parquet")));
  expect((await read(`${origin}/hub.parquet`)).samples).toHaveLength(6);

  await writeFile(join(folder, "table.csv"), "path,caption\npics/dog.png,a dog\n");
  await mkdir(join(folder, "pics"));
  await writeFile(join(folder, "pics/dog.png"), await picture("dog.png"));
  const [row] = (await read(`${origin}/table.csv`)).samples;
  expect(row && "read" in row.image && (await row.image.read())).toEqual(await picture("dog.png"));
  await expect(read(`${origin}/none.csv`)).rejects.toMatchObject({ code: "TABLE_NOT_READABLE" });
});
