import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  AutoProcessor,
  AutoTokenizer,
  CLIPTextModelWithProjection,
  CLIPVisionModelWithProjection,
  env,
  pipeline,
  RawImage,
  SiglipTextModel,
  SiglipVisionModel,
  Tensor,
} from "@huggingface/transformers";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { platform } from "#platform";
import { readSafetensors } from "../io/safetensors.ts";
import { exportOnnx } from "../models/export.node.ts";
import type { RgbImage } from "../platform/platform.ts";
import { tinySide, writeTinyClip } from "../testing/tiny-clip.ts";
import { classify } from "./classify.ts";
import { openEmbedder } from "./embedder.node.ts";
import type { Embedder } from "./embedder.ts";
import { unitRows } from "./metrics/similarity.ts";

const pictures = ["cat.jpg", "dog.png", "owl.jpg"].map((name) => join("fixtures", "data", "pictures", name));
const texts = ["a photo of a cat", "owl", "물고기 사진"];
let temporary: string;
let folder: string;
let embedder: Embedder;

beforeAll(async () => {
  temporary = await mkdtemp(join(tmpdir(), "fovea-embedder-"));
  folder = join(temporary, "tiny");
  await writeTinyClip(folder);
  await exportOnnx(folder, { pipeline: true });
  embedder = await openEmbedder(folder, { cacheDir: "", batch: 2, resize: "exact" });
});
afterAll(async () => {
  await embedder.dispose();
  await rm(temporary, { recursive: true });
});

const resized = (paths: readonly string[]): Promise<RgbImage[]> =>
  Promise.all(
    paths.map(async (path) => {
      const resize = { width: tinySide, height: tinySide, fit: "fill" } as const;
      return platform.decodeImage(await platform.readBytes(path), { resize });
    }),
  );

const maxDifference = (a: Float32Array, b: Float32Array): number =>
  Math.max(...a.map((value, i) => Math.abs(value - b[i]!)), Math.abs(a.length - b.length));

describe("transformers.js on the exported files", () => {
  beforeAll(() => {
    env.allowRemoteModels = false;
    env.localModelPath = temporary;
  });
  const name = "tiny";
  const options = { dtype: "fp32", device: "cpu" } as const;

  test("embeds texts alike, its tokenizer included", async () => {
    const tokenizer = await AutoTokenizer.from_pretrained(name);
    const model = await CLIPTextModelWithProjection.from_pretrained(name, options);
    const { input_ids } = tokenizer(texts, { padding: true, truncation: true }) as { input_ids: Tensor };
    const { text_embeds } = (await model({ input_ids })) as { text_embeds: Tensor };
    expect(text_embeds.dims).toEqual([3, 24]);
    const theirs = unitRows(text_embeds.data as Float32Array, 24);
    expect(maxDifference(await embedder.embedTexts(texts), theirs)).toBeLessThan(1e-4);
    await model.dispose();
  });

  test("embeds pictures alike, its preprocessor included", async () => {
    // Of the model's size, so that no resize makes a difference: transformers.js resizes with another library.
    const images = await resized(pictures);
    const processor = await AutoProcessor.from_pretrained(name, {});
    const model = await CLIPVisionModelWithProjection.from_pretrained(name, options);
    const raw = images.map(({ data, width, height }) => new RawImage(data, width, height, 3));
    const { image_embeds } = (await model((await processor(raw)) as object)) as { image_embeds: Tensor };
    expect(image_embeds.dims).toEqual([3, 24]);
    const theirs = unitRows(image_embeds.data as Float32Array, 24);
    expect(maxDifference(await embedder.embedImages(images), theirs)).toBeLessThan(1e-4);
    await model.dispose();
  });

  test("classifies with its pipeline as Fovea does", async () => {
    const labels = ["a cat", "a red owl"];
    const classifier = await pipeline("zero-shot-image-classification", name, options);
    const [image] = await resized(pictures.slice(0, 1));
    const raw = new RawImage(image!.data, tinySide, tinySide, 3);
    const theirs = await classifier(raw, labels, { hypothesis_template: "a photo of {}" });
    const [ours] = await classify(embedder, [image!], labels, ["a photo of {}"]);
    expect(ours!.map(({ label }) => label)).toEqual(theirs.map(({ label }) => label));
    for (const [i, { score }] of theirs.entries()) expect(ours![i]!.probability).toBeCloseTo(score, 4);
    await classifier.dispose();
  });

  test("runs an exported SigLIP to the reference's features", async () => {
    const siglip = join("fixtures", "golden", "siglip");
    const exported = join(temporary, "siglip");
    await exportOnnx(siglip, { out: exported });
    const { tensors: inputs } = readSafetensors(await readFile(join(siglip, "inputs.safetensors")));
    const { tensors: outputs } = readSafetensors(await readFile(join(siglip, "outputs.safetensors")));
    const run = async (Model: typeof SiglipVisionModel | typeof SiglipTextModel, input: string, output: string) => {
      const model = await Model.from_pretrained("siglip", options);
      const { dtype, data, shape } = inputs.get(input)!;
      const feeds = { [input]: new Tensor(dtype, data as Float32Array, [...shape]) };
      const { pooler_output } = (await model(feeds)) as { pooler_output: Tensor };
      await model.dispose();
      return maxDifference(pooler_output.data as Float32Array, outputs.get(output)!.data as Float32Array);
    };
    expect(await run(SiglipVisionModel, "pixel_values", "vision_model_output.pooler_output")).toBeLessThan(1e-4);
    expect(await run(SiglipTextModel, "input_ids", "text_model_output.pooler_output")).toBeLessThan(1e-4);
  });
});

describe("embedding", () => {
  test("half-precision weights give nearly the same vectors", async () => {
    const half = join(temporary, "half");
    await writeTinyClip(half, { dtype: "float16" });
    await using rounded = await openEmbedder(half, { cacheDir: "" });
    const error = maxDifference(await rounded.embedTexts(texts), await embedder.embedTexts(texts));
    expect(error).toBeGreaterThan(0);
    expect(error).toBeLessThan(2e-3);
    expect(rounded.logitScale).toBeCloseTo(1 / 0.07, 1); // CLIP's first value, which the weights hold
    expect(rounded.fingerprint).not.toBe(embedder.fingerprint);
  });

  test("a picture's vector does not depend on its batch, nor much on how it is resized", async () => {
    await using fast = await openEmbedder(folder, { cacheDir: "", batch: 3, resize: "fast" });
    const exact = await embedder.embedImages(pictures);
    expect(maxDifference(await embedder.embedImages(pictures.slice(2)), exact.slice(48))).toBeLessThan(1e-6);
    const error = maxDifference(await fast.embedImages(pictures), exact);
    expect(error).toBeGreaterThan(0);
    expect(error).toBeLessThan(0.05);
  });

  test("a stream of any length comes whole and in order, without the pictures that cannot be read", async () => {
    const ofEach = await embedder.embedImages(pictures);
    const { width } = embedder;
    const row = (of: number): Float32Array => ofEach.slice(of * width, (of + 1) * width);
    await using threes = await openEmbedder(folder, { cacheDir: "", batch: 3, threads: 2, resize: "exact" });
    for (let length = 0; length <= 13; length++) {
      const items = Array.from({ length }, (_, i) => (i % 4 === 2 ? undefined : i % pictures.length));
      const failed: unknown[] = [];
      const found: number[] = [];
      const imageOf = (item: number | undefined): string => (item === undefined ? "none.jpg" : pictures[item]!);
      for await (const { item, embedding } of threes.embedStream(items, imageOf, (left) => failed.push(left))) {
        found.push(item!);
        expect(maxDifference(embedding, row(item!))).toBeLessThan(1e-6);
      }
      const readable = items.filter((item) => item !== undefined);
      expect([length, found, failed.length]).toEqual([length, readable, length - readable.length]);
    }
  });

  test("a text that is too long is cut off, its end mark kept", async () => {
    const long = "a photo of a cat ".repeat(9);
    const [whole, cut] = [await embedder.embedTexts([long]), await embedder.embedTexts([long + long])];
    expect(cut).toEqual(whole);
    expect(maxDifference(whole, await embedder.embedTexts(["a photo of a cat"]))).toBeGreaterThan(1e-3);
  });

  test("names the picture that cannot be read", async () => {
    const broken = join("fixtures", "data", "pictures", "truncated.jpg");
    await expect(embedder.embedImages([pictures[0]!, broken])).rejects.toMatchObject({
      code: "IMAGE_NOT_DECODABLE",
      where: broken,
    });
    await expect(embedder.embedImages(["none.jpg"])).rejects.toMatchObject({
      code: "FILE_NOT_READABLE",
      where: "none.jpg",
    });
  });
});
