import { expect, test } from "vitest";
import { shapeOf } from "./model-shape.ts";

// As the published config.json of each says, what it leaves out being the reference implementation's default.
test("CLIP ViT-B/32 in the words of a recipe: texts are cut to the recipe's context", async () => {
  const config = {
    model_type: "clip",
    projection_dim: 512,
    text_config: { num_hidden_layers: 12 },
    vision_config: { patch_size: 32 },
  };
  expect(await shapeOf(config, { context: 16 })).toEqual({
    family: "clip",
    side: 224,
    patch: 32,
    vision: { width: 768, layers: 12, heads: 12 },
    text: { width: 512, layers: 12, heads: 8 },
    embed: 512,
    context: 16,
    vocabulary: 49_408,
  });
  expect(await shapeOf(config, { context: 100 })).toMatchObject({ context: 77 });
});

test("SigLIP base: texts are padded to its own context, embeddings have the picture tower's width", async () => {
  const config = { model_type: "siglip", text_config: {}, vision_config: {} };
  expect(await shapeOf(config, { context: 16 })).toEqual({
    family: "siglip",
    side: 224,
    patch: 16,
    vision: { width: 768, layers: 12, heads: 12 },
    text: { width: 768, layers: 12, heads: 12 },
    context: 64,
    vocabulary: 32_000,
  });
});
