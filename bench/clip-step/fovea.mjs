// One CLIP training step in Fovea, as its own training loop takes it: loss and gradients in one ONNX graph, then AdamW
// as one fused pass over the parameters.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { input } from "../../dist/engine/ops/leaf.js";
import { readSafetensors } from "../../dist/io/safetensors.js";
import { clip, ClipConfig, clipLogitsPerText } from "../../dist/models/contrastive/clip.js";
import { infoNce } from "../../dist/train/losses/info-nce.js";
import { adamW } from "../../dist/train/optim/adam.js";
import { decayMatrices } from "../../dist/train/optim/groups.js";
import { createUpdater } from "../../dist/train/optim/updater.js";
import { compileStep } from "../../dist/train/step.js";
import { threads } from "../harness/contender.mjs";
import { serve } from "../harness/serve.mjs";

await serve(async () => {
  const folder = process.argv[2] ?? "";
  const read = (/** @type {string} */ name) => readFileSync(join(folder, name));
  const config = ClipConfig.parse(JSON.parse(read("config.json").toString()));
  /** @type {typeof import("./shape.mjs").adamW} */
  const { learningRate: lr, beta1, beta2, epsilon, weightDecay } = JSON.parse(read("adamw.json").toString());
  const weights = readSafetensors(read("model.safetensors")).tensors;
  const batch = Object.fromEntries(readSafetensors(read("batch.safetensors")).tensors);

  const tensor = (/** @type {string} */ name, /** @type {"float32" | "int64"} */ dtype) =>
    input(name, dtype, batch[name]?.shape ?? []);
  const step = await compileStep(
    (scope) => {
      const inputs = { pixelValues: tensor("pixel_values", "float32"), inputIds: tensor("input_ids", "int64") };
      const logits = clipLogitsPerText(clip(scope, inputs, config));
      return { loss: infoNce(logits), metrics: {}, chance: Math.log(logits.shape[0] ?? 1) };
    },
    { threads },
  );
  const initial = new Map(step.parameters.map(({ path }) => [path, floats(weights.get(path), path)]));
  const updater = await createUpdater(initial, adamW({ betas: [beta1, beta2], eps: epsilon }), {
    groups: decayMatrices(weightDecay),
  });

  let steps = 0;
  return {
    name: "Fovea",
    notes: ["float32", "the last layer only where it is pooled"],
    async unit() {
      const { loss } = await step.run({ ...batch, ...updater.parameters }, updater.gradients);
      await updater.step({ step: steps++, lr });
      return { loss };
    },
  };
});

/** @type {(tensor: import("../../dist/platform/session.js").HostTensor | undefined, name: string) => import("../../dist/platform/session.js").HostTensor<"float32">} */
function floats(tensor, name) {
  if (tensor === undefined || !(tensor.data instanceof Float32Array))
    throw new TypeError(`${name} is not in the checkpoint`);
  return { dtype: "float32", shape: tensor.shape, data: tensor.data };
}
