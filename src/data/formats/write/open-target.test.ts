import { execFile } from "node:child_process";
import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { pictureFile } from "../../../testing/read-data.ts";
import type { Sample } from "../../sample.ts";
import type { DataFormat } from "../data-format.ts";
import { parseObject } from "../json-object.ts";
import { writeData } from "../write-data.node.ts";

const python = process.env["FOVEA_TEST_PYTHON"];
const reason = python === undefined ? "; skipped, as FOVEA_TEST_PYTHON names no Python that has datasets" : "";

describe.skipIf(python === undefined)(`Python's datasets loads what is written${reason}`, () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "fovea-python-"));
  });
  afterAll(() => rm(folder, { recursive: true }));

  async function* samples(): AsyncGenerator<Sample> {
    const boxes = [{ label: "cat", x: 1, y: 2.5, width: 30, height: 20, polygons: [[1, 2, 31, 2, 31, 22.5]] }];
    const image = await pictureFile("cat.jpg");
    yield {
      key: "one",
      image,
      captions: [{ text: "a cat", language: "en" }, { text: "고양이" }],
      boxes,
      metadata: { n: 1 },
    };
    yield { key: "two", image: await pictureFile("owl.jpg"), captions: [{ text: "an owl" }], metadata: { n: 2 } };
  }

  const load = async (path: string): Promise<Record<string, unknown>[]> => {
    const env = { ...process.env, HF_HUB_OFFLINE: "1", HF_DATASETS_OFFLINE: "1" };
    const { stdout } = await promisify(execFile)(python!, ["src/testing/hugging-face-datasets.py", path], { env });
    return stdout
      .trim()
      .split("\n")
      .map((line) => parseObject(line) ?? expect.fail(line));
  };

  test.each<[string, DataFormat]>([
    ["hub", "parquet"],
    ["folder/metadata.jsonl", "jsonl"],
  ])(
    "%s: pictures, captions, boxes, metadata",
    async (name, format) => {
      const path = join(folder, name);
      await mkdir(dirname(path), { recursive: true });
      await writeData(samples(), path, { format, shardSize: 1 });
      const [features, one, two] = await load(format === "parquet" ? path : dirname(path));
      expect(features!["image"]).toBe("Image(mode=None, decode=True)");
      expect(one).toMatchObject({ key: "one", image: ["JPEG", 48, 48], caption: "a cat", n: 1 });
      expect(one!["captions"]).toMatchObject([{ text: "a cat", language: "en" }, { text: "고양이" }]);
      expect(one!["boxes"]).toMatchObject([{ label: "cat", y: 2.5, polygons: [[1, 2, 31, 2, 31, 22.5]] }]);
      expect(two).toMatchObject({ key: "two", image: ["JPEG", 48, 48], caption: "an owl", n: 2 });
    },
    60_000,
  );

  test("WebDataset shards", async () => {
    const path = join(folder, "shards");
    await writeData(samples(), path, { format: "webdataset" });
    const [features, one] = await load(path);
    expect(features!["jpg"]).toBe("Image(mode=None, decode=True)");
    expect(one).toMatchObject({ jpg: ["JPEG", 48, 48], txt: "a cat\n고양이", json: { key: "one", n: 1 } });
  }, 60_000);
});
