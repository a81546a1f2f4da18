import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { dataFixtures, pictureFile, readAll } from "../../testing/read-data.ts";
import { ParquetWriter } from "./parquet/write-parquet.node.ts";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "fovea-formats-"));
});
afterAll(() => rm(folder, { recursive: true }));

describe("Parquet written by DuckDB", () => {
  test("Hugging Face's layout, zstd, several row groups", async () => {
    const { samples, drops } = await readAll(join(dataFixtures, "formats/hugging-face-zstd.parquet"));
    expect(drops).toEqual([]);
    expect(samples.map(({ key, captions }) => [key, captions[0]!.text])).toEqual([
      ["hugging-face-zstd.parquet/1", "a picture of blank.png"],
      ["hugging-face-zstd.parquet/2", "a picture of cat.jpg"],
      ["hugging-face-zstd.parquet/3", "a picture of dog.png"],
      ["hugging-face-zstd.parquet/4", "a picture of owl.jpg"],
      ["hugging-face-zstd.parquet/5", "a picture of truncated.jpg"],
      ["hugging-face-zstd.parquet/6", "a picture of uncaptioned.png"],
    ]);
    expect(samples[2]!.image).toEqual(await pictureFile("dog.png"));
    const seen = new Date("2024-01-02T03:04:05Z");
    expect(samples[2]!.metadata).toEqual({ id: 3, vector: [0.5, 3], even: false, seen });
  });

  test("img2dataset's layout, gzip: what was not downloaded or has no caption is named", async () => {
    const { samples, drops } = await readAll(join(dataFixtures, "formats/img2dataset-gzip.parquet"));
    expect(drops).toEqual(["000000002 CAPTION_MISSING", "000000003 IMAGE_MISSING"]);
    expect(samples.map(({ key }) => key)).toEqual(["000000001", "000000004", "000000005", "000000006"]);
    expect(samples[1]!.image).toEqual(await pictureFile("owl.jpg"));
    expect(samples[1]!.metadata).toMatchObject({ url: "http://x.test/owl.jpg", width: 48, status: "success" });
  });

  test("with addresses instead of pictures says what to do", async () => {
    const path = join(folder, "urls.parquet");
    await using file = await ParquetWriter.create(path, { url: "string", caption: "string" });
    await file.append({ url: "http://x.test/1.jpg", caption: "one" });
    await file.close();
    await expect(readAll(path)).rejects.toMatchObject({
      code: "COLUMN_MISSING",
      message:
        'urls.parquet: no picture column among "url", "caption", only addresses\n' +
        "  mend: fetch the pictures first: fovea data download",
    });
  });
});

describe("Parquet written by Python", () => {
  const at = (name: string): string => join(dataFixtures, "formats", name);

  test("datasets: pictures in a column of any name that the features tell, lists of captions", async () => {
    const { samples, drops } = await readAll(at("datasets-image-feature.parquet"));
    expect(drops).toEqual(["datasets-image-feature.parquet/3 CAPTION_EMPTY"]);
    expect(samples).toEqual([
      {
        key: "datasets-image-feature.parquet/1",
        image: await pictureFile("cat.jpg"),
        captions: [{ text: "a cat" }, { text: "a cat's face" }],
        metadata: { label: 0 },
      },
      {
        key: "datasets-image-feature.parquet/2",
        image: await pictureFile("dog.png"),
        captions: [{ text: "a dog" }],
        metadata: { label: 1 },
      },
    ]);
  });

  test("datasets: several pictures in a row are frames", async () => {
    const { samples } = await readAll(at("datasets-image-list.parquet"));
    expect(samples[0]!.frames).toEqual([await pictureFile("cat.jpg"), await pictureFile("dog.png")]);
    expect(samples[1]!.image).toEqual(await pictureFile("owl.jpg"));
  });

  test.each(["pyarrow-lz4.parquet", "pyarrow-delta-zstd.parquet"])("%s: all encodings, nothing lost", async (name) => {
    const { samples, drops } = await readAll(at(name));
    expect(drops).toEqual([]);
    expect(samples.map(({ image }) => image)).toEqual([await pictureFile("cat.jpg"), await pictureFile("owl.jpg")]);
    expect(samples.map(({ captions, metadata }) => [captions[0]!.text, metadata])).toEqual([
      ["a cat", { count: 1, ratio: 0.5, half: 0.5, tags: { a: 1 } }],
      ["an owl", { count: 2 ** 40, half: 2 }],
    ]);
  });
});
