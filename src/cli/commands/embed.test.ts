import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import * as z from "zod";
import { openEmbedder } from "../../eval/embedder.node.ts";
import { readSafetensors } from "../../io/safetensors.ts";
import { fovea, isBuilt } from "../../testing/run-cli.ts";
import { writeTinyClip } from "../../testing/tiny-clip.ts";

const cat = join("fixtures", "data", "pictures", "cat.jpg");
const Line = z.strictObject({
  image: z.string().optional(),
  text: z.string().optional(),
  embedding: z.array(z.number()),
});

describe.skipIf(!isBuilt)("fovea embed (needs dist)", () => {
  let model: string;
  let vectors: { readonly cat: Float32Array; readonly texts: Float32Array };
  beforeAll(async () => {
    model = await mkdtemp(join(tmpdir(), "fovea-embed-"));
    await writeTinyClip(model);
    await using embedder = await openEmbedder(model, { cacheDir: "" });
    vectors = { cat: await embedder.embedImages([cat]), texts: await embedder.embedTexts(["a cat", "an owl"]) };
  });
  afterAll(() => rm(model, { recursive: true }));

  test("prints a line of JSON for each picture and text", async () => {
    const { status, stdout, stderr } = await fovea(["embed", cat, "--text", "a cat", "-t", "an owl", "-m", model]);
    expect([status, stderr]).toEqual([0, ""]);
    const lines = stdout
      .trimEnd()
      .split("\n")
      .map((line) => Line.parse(JSON.parse(line)));
    expect(lines.map(({ image, text }) => image ?? text)).toEqual([cat, "a cat", "an owl"]);
    const expected = [...vectors.cat, ...vectors.texts];
    for (const [i, value] of lines.flatMap(({ embedding }) => embedding).entries())
      expect(value).toBeCloseTo(expected[i]!, 6);
  });

  test("names what it cannot read, and gives the others", async () => {
    const args = ["embed", "none.jpg", cat, join("fixtures", "data", "formats"), "-m", model];
    const { status, stdout, stderr } = await fovea(args);
    expect([status, stderr]).toEqual([
      1,
      expect.stringMatching(
        /^error: fixtures\/data\/formats: the folder holds no pictures\n {2}mend: give a folder of pictures\nerror: none\.jpg: .*\n {2}mend: .*\n$/,
      ),
    ]);
    const [line, ...more] = stdout.trimEnd().split("\n");
    expect([Line.parse(JSON.parse(line!)).image, more]).toEqual([cat, []]);
  });

  test("writes a file", async () => {
    const out = join(model, "vectors.safetensors");
    const { status, stdout } = await fovea([
      "embed",
      cat,
      "-t",
      "a cat",
      "-t",
      "an owl",
      "-m",
      model,
      "-o",
      out,
      "--json",
    ]);
    expect(status).toBe(0);
    expect(JSON.parse(stdout)).toEqual({ out, images: 1, texts: 2, width: 24 });
    const { tensors, metadata } = readSafetensors(await readFile(out));
    expect(metadata).toEqual({ images: JSON.stringify([cat]), texts: '["a cat","an owl"]' });
    expect(tensors.get("texts")).toEqual({ dtype: "float32", shape: [2, 24], data: vectors.texts });
    expect(tensors.get("images")?.shape).toEqual([1, 24]);
  });
});
