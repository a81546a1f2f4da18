import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { platform } from "#platform";
import { readSafetensors, writeSafetensors } from "../io/safetensors.ts";
import type { HostTensor } from "../platform/session.ts";
import { exportOnnx } from "./export.node.ts";

const golden = (...names: string[]): string => join("fixtures", "golden", ...names);
let temporary: string;

beforeAll(async () => {
  temporary = await mkdtemp(join(tmpdir(), "fovea-export-"));
});
afterAll(() => rm(temporary, { recursive: true }));

const tensorsOf = async (path: string): Promise<Map<string, HostTensor>> =>
  readSafetensors(await readFile(path)).tensors;

/** The file's outputs for the first `batch` items of the inputs. */
async function run(path: string, inputs: Readonly<Record<string, HostTensor>>, batch: number) {
  const session = await platform.createSession(await readFile(path), { device: "cpu", optimize: "all" });
  try {
    return await session.run(
      Object.fromEntries(Object.entries(inputs).map(([name, tensor]) => [name, firstItems(tensor, batch)])),
    );
  } finally {
    await session.dispose();
  }
}

function firstItems({ dtype, shape, data }: HostTensor, batch: number): HostTensor {
  const size = shape.slice(1).reduce((product, extent) => product * extent, batch);
  return { dtype, shape: [batch, ...shape.slice(1)], data: data.slice(0, size) };
}

/** Largest difference, as a fraction of the largest expected value. */
function difference(got: HostTensor, want: HostTensor, batch: number): number {
  const { shape, data } = firstItems(want, batch);
  expect(got.shape).toEqual(shape);
  const [values, expected] = [Array.from(got.data, Number), Array.from(data, Number)];
  const largest = Math.max(...expected.map(Math.abs));
  return Math.max(...values.map((value, i) => Math.abs(value - expected[i]!))) / largest;
}

// What each family's features are called in the reference's outputs.
const families = [
  { name: "clip", image: "image_embeds", text: "text_embeds", wanted: { image: "pooled_image", text: "pooled_text" } },
  {
    name: "siglip",
    image: "pooler_output",
    text: "pooler_output",
    wanted: { image: "vision_model_output.pooler_output", text: "text_model_output.pooler_output" },
  },
];

describe.each(families)("$name", ({ name, image, text, wanted }) => {
  let folder: string;
  let inputs: Map<string, HostTensor>;
  let outputs: Map<string, HostTensor>;

  beforeAll(async () => {
    folder = join(temporary, name);
    await exportOnnx(golden(name), { out: folder, pipeline: true });
    inputs = await tensorsOf(golden(name, "inputs.safetensors"));
    outputs = await tensorsOf(golden(name, "outputs.safetensors"));
  });

  test.each([1, 5])("the exported towers compute the reference's features, %i items at once", async (batch) => {
    const vision = await run(
      join(folder, "onnx/vision_model.onnx"),
      { pixel_values: inputs.get("pixel_values")! },
      batch,
    );
    expect(difference(vision[image]!, outputs.get(wanted.image)!, batch)).toBeLessThan(1e-5);
    const texts = await run(join(folder, "onnx/text_model.onnx"), { input_ids: inputs.get("input_ids")! }, batch);
    expect(difference(texts[text]!, outputs.get(wanted.text)!, batch)).toBeLessThan(1e-5);
  });

  test("the whole model computes the reference's logits, pictures and texts of any number", async () => {
    const [pixel_values, input_ids] = [inputs.get("pixel_values")!, firstItems(inputs.get("input_ids")!, 3)];
    const session = await platform.createSession(await readFile(join(folder, "onnx/model.onnx")), {
      device: "cpu",
      optimize: "all",
    });
    const { logits_per_text, logits_per_image } = await session.run({ pixel_values, input_ids });
    await session.dispose();
    expect(difference(logits_per_text!, outputs.get("logits_per_text")!, 3)).toBeLessThan(1e-5);
    expect(logits_per_image!.shape).toEqual([5, 3]);
    expect(Number(logits_per_image!.data[1])).toBe(Number(logits_per_text!.data[5])); // picture 0, text 1
  });

  test("the folder gets what else the model needs, and not the weights again", async () => {
    expect((await readdir(folder)).sort()).toEqual(["config.json", "onnx"]);
    const files = ["model.onnx", "text_model.onnx", "vision_model.onnx"];
    expect((await readdir(join(folder, "onnx"))).sort()).toEqual(files);
  });
});

test("half-precision weights are widened", async () => {
  const half = join(temporary, "half");
  await exportOnnx(golden("clip"), { out: half }); // makes the folder
  const weights = await tensorsOf(golden("clip", "model.safetensors"));
  await writeFile(join(half, "model.safetensors"), writeSafetensors(weights, undefined, { dtype: "float16" }));
  await exportOnnx(half);
  const inputs = await tensorsOf(golden("clip", "inputs.safetensors"));
  const outputs = await tensorsOf(golden("clip", "outputs.safetensors"));
  const { text_embeds } = await run(join(half, "onnx/text_model.onnx"), { input_ids: inputs.get("input_ids")! }, 5);
  const error = difference(text_embeds!, outputs.get("pooled_text")!, 5);
  expect(error).toBeGreaterThan(1e-6);
  expect(error).toBeLessThan(5e-3);
});

describe("what cannot be exported", () => {
  async function folderOf(name: string, files: Readonly<Record<string, string | Uint8Array>>): Promise<string> {
    const folder = await mkdtemp(join(temporary, name));
    for (const [file, content] of Object.entries(files)) await writeFile(join(folder, file), content);
    return folder;
  }

  test("a folder without config.json", async () => {
    await expect(exportOnnx(await folderOf("empty-", {}))).rejects.toMatchObject({
      code: "MODEL_FILE_MISSING",
      message: "config.json: the model's folder has no such file\n  mend: give the folder of a whole model",
    });
  });

  test("a model of another kind", async () => {
    const folder = await folderOf("other-", { "config.json": '{"model_type": "bert"}' });
    await expect(exportOnnx(folder)).rejects.toMatchObject({
      code: "MODEL_UNKNOWN",
      message: expect.stringContaining('config.json: model_type is "bert"'),
    });
  });

  test("weights that lack one", async () => {
    const weights = await tensorsOf(golden("clip", "model.safetensors"));
    weights.delete("text_projection.weight");
    const folder = await folderOf("lacking-", {
      "config.json": await readFile(golden("clip", "config.json")),
      "model.safetensors": writeSafetensors(weights),
    });
    await expect(exportOnnx(folder)).rejects.toMatchObject({
      code: "WEIGHTS_MISFIT",
      message: expect.stringMatching(/^checkpoint: lacks text_projection\.weight\n {2}mend: config\.json and/),
    });
  });
});
