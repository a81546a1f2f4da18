import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { evaluate } from "../engine/compile.ts";
import { hostTensor } from "../engine/host-tensor.ts";
import { input } from "../engine/ops/leaf.ts";
import { key, normal } from "../engine/random.ts";
import { readSafetensors } from "../io/safetensors.ts";
import { Scope } from "../nn/scope.ts";
import { fitPositions } from "./fit-positions.ts";
import { loadParameters } from "./load.ts";
import { openModel } from "./open-model.ts";

const file = (folder: string, name: string): Buffer =>
  readFileSync(new URL(`../../fixtures/golden/${folder}/${name}`, import.meta.url));

// That a model which resizes positions in its graph equals the reference is verified in eval/verify.
test.each([
  { folder: "clip", tower: "vision_config", output: "image_embeds" },
  { folder: "siglip", tower: "vision_config", output: "image_embeds" },
  { folder: "vit_cls", tower: undefined, output: "logits" },
])("$folder: a model for larger pictures computes what one that resizes positions does", async (given) => {
  const config = JSON.parse(file(given.folder, "config.json").toString()) as Record<string, object>;
  const { tensors } = readSafetensors(file(given.folder, "model.safetensors"));
  const pixels = { pixels: hostTensor("float32", [1, 3, 48, 48], normal(key(9), 3 * 48 * 48)) };
  const inputs = { pixel_values: input("pixels", "float32", [1, 3, 48, 48]) };

  const resizing = Scope.root();
  const model = await openModel(config);
  const expected = model.forward(resizing, inputs, { resizePositions: true })[given.output]!;

  const larger = { image_size: 48 };
  const { tower } = given;
  const fitted = Scope.root();
  const other = await openModel(
    tower === undefined ? { ...config, ...larger } : { ...config, [tower]: { ...config[tower], ...larger } },
  );
  const found = other.forward(fitted, inputs)[given.output]!;
  const unused = { allowUnexpected: /^(?:text_|logit_)/ };
  const weights = loadParameters(fitted.parameters, await fitPositions(fitted.parameters, tensors), unused);

  const plain = loadParameters(resizing.parameters, tensors, unused);
  const [a, b] = [
    await evaluate({ y: expected }, { ...pixels, ...Object.fromEntries(plain) }),
    await evaluate({ y: found }, { ...pixels, ...Object.fromEntries(weights) }),
  ];
  const [expectedValues, values] = [Array.from(a.y.data, Number), Array.from(b.y.data, Number)];
  expect(Math.max(...values.map((value, i) => Math.abs(value - expectedValues[i]!)))).toBeLessThan(1e-5);
});

test("what is no grid is left for loading to refuse", async () => {
  const path = "vision_model.embeddings.position_embedding.weight";
  const tensors = new Map([[path, hostTensor("float32", [7, 2])]]);
  const parameters = [{ path, shape: [17, 2] }];
  const fitted = await fitPositions(parameters, tensors);
  expect(fitted.get(path)).toBe(tensors.get(path));
  expect(() => loadParameters(parameters, fitted)).toThrow("is float32[7, 2], not [17, 2]");
});
