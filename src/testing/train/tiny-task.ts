import { hostTensor } from "../../engine/host-tensor.ts";
import { fold, integer, key, uniform } from "../../engine/random.ts";
import { clip, ClipConfig } from "../../models/contrastive/clip.ts";
import { contrastiveObjective, type PairModel } from "../../train/contrastive.ts";
import { parseRecipe, type Recipe } from "../../train/recipe.ts";
import type { Tensors } from "../../train/step.ts";
import type { TrainingTask } from "../../train/tasks/task.ts";

const tower = { hidden_size: 16, intermediate_size: 32, num_hidden_layers: 1, num_attention_heads: 2 };

/** Small enough that a step takes milliseconds. */
export const tinyConfig = ClipConfig.parse({
  projection_dim: 16,
  text_config: {
    ...tower,
    vocab_size: 32,
    max_position_embeddings: 4,
    eos_token_id: 31,
  },
  vision_config: { ...tower, image_size: 8, patch_size: 4 },
});

const concepts = 8;
const views = 2;
const pixels = 3 * 8 * 8;

/** A batch: concept `c` is a picture of one colour with noise, and a text of one word. */
export function tinyBatch(step: number): Tensors {
  const own = fold(key(1), step);
  const pictures = hostTensor("uint8", [concepts * views, 3, 8, 8]);
  const texts = hostTensor("int64", [concepts, 4]);
  for (let row = 0; row < concepts * views; row++) {
    const noise = uniform(fold(own, row), pixels);
    for (let i = 0; i < pixels; i++) {
      const colour = integer(fold(key(2), row % concepts, Math.floor(i / 64)), 200);
      pictures.data[row * pixels + i] = colour + 50 * noise[i]!;
    }
  }
  for (let row = 0; row < concepts; row++) texts.data.set([30n, BigInt(row), 31n, 31n], row * 4);
  return { pixels: pictures, input_ids: texts };
}

const tinyModel: PairModel = {
  side: 8,
  context: 4,
  pixels: { mean: [0.5, 0.5, 0.5], std: [0.25, 0.25, 0.25] },
  embed: (scope, inputs) => clip(scope, inputs, tinyConfig),
};

/** CLIP on eight coloured squares. */
export const tinyTask: TrainingTask = {
  files: { "config.json": tinyConfig },
  objective: (scope) =>
    contrastiveObjective(scope, tinyModel, { concepts, views, labelSmoothing: 0.1, imageWeight: 0.5 }),
  pictures: concepts * views,
  async *batches({ batch }) {
    for (let at = batch; ; at++) yield { feeds: tinyBatch(at), next: { epoch: 0, batch: at + 1 } };
  },
};

/** Twelve steps, a checkpoint after every third. */
export const tinyRecipe: Recipe = parseRecipe({
  name: "tiny",
  steps: 12,
  data: { kind: "emoji" },
  optimizer: { warmup: 0.25 },
  average: 0.5,
  checkpoint: { every: 3, keep: 2 },
});
