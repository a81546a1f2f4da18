import { existsSync, mkdirSync, renameSync, rmSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { key } from "../../dist/engine/random.js";
import { input } from "../../dist/engine/ops/leaf.js";
import { exportOnnx } from "../../dist/models/export.node.js";
import { initialize, Scope } from "../../dist/nn/scope.js";
import { parseRecipe } from "../../dist/train/recipe.js";
import { RunFolder } from "../../dist/train/run-folder.node.js";
import { newModel } from "../../dist/train/tasks/starting-model.node.js";
import { side } from "./workload.mjs";

const folder = fileURLToPath(new URL("../../.cache/bench/clip-vit-base-patch32/", import.meta.url));

/**
 * The folder of a CLIP ViT-B/32 with random weights, in Hugging Face's format and, below `onnx/`, as transformers.js
 * loads it. The weights are made once and then reused; the ONNX files are exported anew, as the exporter now makes them.
 *
 * @returns {Promise<string>}
 */
export async function exportedModel() {
  if (!existsSync(folder)) {
    const unfinished = `${folder.slice(0, -1)}.unfinished`;
    rmSync(unfinished, { recursive: true, force: true });
    mkdirSync(unfinished, { recursive: true });
    await writeModel(new RunFolder(unfinished));
    renameSync(unfinished, folder);
  }
  await exportOnnx(folder);
  return folder;
}

/** @param {RunFolder} run */
async function writeModel(run) {
  const recipe = parseRecipe({
    name: "clip-vit-base-patch32",
    steps: 1,
    data: { kind: "emoji" },
    model: {
      side,
      patch: 32,
      vision: { width: 768, layers: 12, heads: 12 },
      text: { width: 512, layers: 1, heads: 8 }, // only pictures are embedded here
      embed: 512,
      context: 77,
      vocabulary: 514, // the bytes alone
    },
  });
  const { files, embed, context } = await newModel(recipe, ["a strawberry", "a train", "a face"]);
  const scope = Scope.root();
  embed(scope, {
    pixelValues: input("pixel_values", "float32", [1, 3, side, side]),
    inputIds: input("input_ids", "int64", [1, context]),
  });
  await run.writeJson(files);
  await run.writeWeights(initialize(scope.parameters, key(0)));
}
