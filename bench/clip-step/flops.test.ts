import { expect, test } from "vitest";
import { clipStepFlops, towerFlops } from "./flops.mjs";
import { batch, clip } from "./shape.mjs";

const tiny = { hidden_size: 2, intermediate_size: 8, num_hidden_layers: 1 };

test("towerFlops: one layer of width 2 over 5 tokens, by hand", () => {
  // 4 projections of 2*5*2*2, scores and mixtures of 2*5*2*5 each, two MLP products of 2*5*2*8
  expect(towerFlops(tiny, 1, 5)).toBe(4 * 40 + 2 * 100 + 2 * 160);
});

test("clipStepFlops: a model of one layer in each tower, by hand", () => {
  const config = {
    ...clip,
    projection_dim: 2,
    text_config: { ...clip.text_config, ...tiny, max_position_embeddings: 3 },
    vision_config: { ...clip.vision_config, ...tiny, image_size: 4, patch_size: 2 },
  };
  const patchEmbedding = 2 * 4 * 12 * 2;
  const text = 4 * 24 + 2 * 36 + 2 * 96;
  const [projections, logits] = [2 * 8, 4];
  expect(clipStepFlops(config, 1)).toBe(2 * patchEmbedding + 3 * (680 + text + projections + logits));
});

test("the benchmark's step is about six times its weights in matrix products, times its tokens", () => {
  const visionWeights = 12 * 12 * 192 ** 2; // 12 layers of 12 * width^2
  const textWeights = visionWeights / 2;
  const estimate = 6 * batch * (50 * visionWeights + 32 * textWeights);
  expect(clipStepFlops(clip, batch) / estimate).toBeGreaterThan(1);
  expect(clipStepFlops(clip, batch) / estimate).toBeLessThan(1.06); // attention, patches and heads are the rest
});
