import { execFile } from "node:child_process";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { readSafetensors } from "../io/safetensors.ts";
import { decodeImage, encodePng } from "../platform/node/image.ts";
import { parseRecipe } from "../train/recipe.ts";
import { trainRecipe } from "../train/train-recipe.node.ts";
import { openEmbedder } from "./embedder.node.ts";

const python = process.env["FOVEA_TEST_PYTHON"];
const reason =
  python === undefined ? "; skipped, as FOVEA_TEST_PYTHON names no Python that has torch and transformers" : "";

const names = ["cat.jpg", "dog.png", "owl.jpg"];
const texts = ["a photo of a cat", "owl", "물고기 사진", "a cat ".repeat(40)];

describe.skipIf(python === undefined)(`Python's transformers opens a run folder${reason}`, () => {
  let scratch: string;
  let pictures: string[];
  beforeAll(async () => {
    scratch = await mkdtemp(join(tmpdir(), "fovea-python-"));
    await mkdir(join(scratch, "data"));
    // As PNG, so that the two decode alike.
    pictures = names.map((name) => join(scratch, "data", name.replace(".jpg", ".png")));
    for (const [i, name] of names.entries()) {
      const image = await decodeImage(await readFile(join("fixtures", "data", "pictures", name)));
      await writeFile(pictures[i]!, await encodePng(image));
      await writeFile(pictures[i]!.replace(".png", ".txt"), texts[i]!);
    }
  });
  afterAll(() => rm(scratch, { recursive: true }));

  /** The largest difference of our embeddings from Python's. */
  async function difference(folder: string): Promise<number> {
    const [job, out] = [join(scratch, "job.json"), join(scratch, "out.safetensors")];
    await writeFile(job, JSON.stringify({ pictures, texts }));
    await promisify(execFile)(python!, ["src/testing/transformers-embeddings.py", folder, job, out]);
    const { tensors } = readSafetensors(await readFile(out));
    await using embedder = await openEmbedder(folder, { cacheDir: "", resize: "exact" });
    const [images, captions] = [await embedder.embedImages(pictures), await embedder.embedTexts(texts)];
    const apart = (ours: Float32Array, name: string): number => {
      const theirs = tensors.get(name)!;
      expect(theirs.shape).toEqual([ours.length / embedder.width, embedder.width]);
      return Math.max(...ours.map((value, i) => Math.abs(value - Number(theirs.data[i]))));
    };
    return Math.max(apart(images, "image_embeds"), apart(captions, "text_embeds"));
  }

  test("of a run that has just been trained: the same embeddings, tokenizer and preprocessor included", async () => {
    const tower = { width: 32, layers: 2, heads: 2 };
    const recipe = parseRecipe({
      name: "python",
      steps: 2,
      data: { kind: "pairs", path: join(scratch, "data") },
      model: { side: 32, patch: 8, vision: tower, text: tower, embed: 24, context: 16, vocabulary: 560 },
      batch: { concepts: 3, views: 1 },
    });
    const run = trainRecipe(recipe, {
      out: join(scratch, "run"),
      cacheDir: join(scratch, "cache"),
      command: "test",
      version: "0.0.0",
      threads: 1,
    });
    for await (const event of run) expect(event.kind).not.toBe("remark");
    expect(await difference(join(scratch, "run"))).toBeLessThan(1e-5);
  });

  test("of the model that comes with the package", async () => {
    expect(await difference("models/clip-emoji")).toBeLessThan(1e-5);
  });
});
