import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { clipParameters, writeCheckpoint } from "./checkpoint.mjs";
import { clipInputs } from "./inputs.mjs";
import { readTensors } from "./safetensors.mjs";
import { batch, clip } from "./shape.mjs";

test("the parameters are those of transformers' CLIPModel", () => {
  const sizes = [...clipParameters(clip).values()].map((shape) => shape.reduce((total, size) => total * size, 1));
  // Counted by CLIPModel(config).parameters() of transformers 5.18 for this configuration.
  expect(sizes).toHaveLength(302);
  expect(sizes.reduce((total, size) => total + size)).toBe(9_818_689);
});

test("a written checkpoint reads back: weights, batch, and the peers' layout of both", () => {
  const folder = mkdtempSync(join(tmpdir(), "fovea-checkpoint-"));
  writeCheckpoint(folder, clip, batch);
  const weights = readTensors(join(folder, "model.safetensors"));
  const inputs = clipInputs(folder);
  const name = "vision_model.encoder.layers.3.mlp.fc1.weight"; // [768, 192]
  expect(weights.get(name)?.shape).toEqual([768, 192]);
  expect(inputs.weights.get(name)?.shape).toEqual([192, 768]);
  expect(inputs.weights.get(name)?.data[5 * 768 + 7]).toBe(weights.get(name)?.data[7 * 192 + 5]);
  expect(weights.get("logit_scale")).toEqual({ shape: [], data: Float32Array.of(clip.logit_scale_init_value) });

  const pixels = readTensors(join(folder, "batch.safetensors")).get("pixel_values");
  const pixel = ((9 * 3 + 2) * 112 + (16 + 4)) * 112 + (32 + 5); // picture 9, blue, patch (1, 2), inside it (4, 5)
  expect(inputs.patches.data[(9 * 49 + 1 * 7 + 2) * 768 + 2 * 256 + 4 * 16 + 5]).toBe(pixels?.data[pixel]);

  expect(inputs.ends).toHaveLength(batch);
  inputs.ends.forEach((end, i) => {
    const caption = [...inputs.ids.subarray(i * 32, (i + 1) * 32)];
    expect(caption[0]).toBe(8190);
    expect(caption.indexOf(8191)).toBe(end);
    expect(end).toBeGreaterThan(4);
  });
});
