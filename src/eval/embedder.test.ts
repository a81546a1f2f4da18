import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  AutoProcessor,
  AutoTokenizer,
  CLIPTextModelWithProjection,
  CLIPVisionModelWithProjection,
  env,
  RawImage,
  type Tensor,
} from "@huggingface/transformers";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { platform } from "#platform";
import { exportOnnx } from "../models/export.node.ts";
import { tinySide, writeTinyClip } from "../testing/tiny-clip.ts";
import { openEmbedder } from "./embedder.node.ts";
import type { Embedder } from "./embedder.ts";
import { unitRows } from "./metrics/similarity.ts";

const pictures = ["cat.jpg", "dog.png", "owl.jpg"].map((name) => join("fixtures", "data", "pictures", name));
const texts = ["a photo of a cat", "owl", "물고기 사진"];
let folder: string;
let embedder: Embedder;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "fovea-embedder-"));
  await writeTinyClip(folder);
  await exportOnnx(folder);
  embedder = await openEmbedder(folder, { cacheDir: "", batch: 2, resize: "exact" });
});
afterAll(async () => {
  await embedder.dispose();
  await rm(folder, { recursive: true });
});

const maxDifference = (a: Float32Array, b: Float32Array): number =>
  Math.max(...a.map((value, i) => Math.abs(value - b[i]!)), Math.abs(a.length - b.length));

describe("transformers.js on the exported files", () => {
  beforeAll(() => {
    env.allowRemoteModels = false;
    env.localModelPath = "/";
  });
  const name = (): string => folder.slice(1);
  const options = { dtype: "fp32", device: "cpu" } as const;

  test("embeds texts alike, its tokenizer included", async () => {
    const tokenizer = await AutoTokenizer.from_pretrained(name());
    const model = await CLIPTextModelWithProjection.from_pretrained(name(), options);
    const { input_ids } = tokenizer(texts, { padding: true, truncation: true }) as { input_ids: Tensor };
    const { text_embeds } = (await model({ input_ids })) as { text_embeds: Tensor };
    expect(text_embeds.dims).toEqual([3, 24]);
    const theirs = unitRows(text_embeds.data as Float32Array, 24);
    expect(maxDifference(await embedder.embedTexts(texts), theirs)).toBeLessThan(1e-4);
    await model.dispose();
  });

  test("embeds pictures alike, its preprocessor included", async () => {
    // Of the model's size, so that no resize makes a difference: transformers.js resizes with another library.
    const size = { width: tinySide, height: tinySide, fit: "fill" } as const;
    const images = await Promise.all(
      pictures.map(async (path) => platform.decodeImage(await platform.readBytes(path), { resize: size })),
    );
    const processor = await AutoProcessor.from_pretrained(name(), {});
    const model = await CLIPVisionModelWithProjection.from_pretrained(name(), options);
    const raw = images.map(({ data, width, height }) => new RawImage(data, width, height, 3));
    const { image_embeds } = (await model((await processor(raw)) as object)) as { image_embeds: Tensor };
    expect(image_embeds.dims).toEqual([3, 24]);
    const theirs = unitRows(image_embeds.data as Float32Array, 24);
    expect(maxDifference(await embedder.embedImages(images), theirs)).toBeLessThan(1e-4);
    await model.dispose();
  });
});
