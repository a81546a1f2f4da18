import { expect, test } from "vitest";
import { input } from "../engine/ops/leaf.ts";
import { Scope } from "../nn/scope.ts";
import { modelCards } from "./cards/registry.ts";
import { openModel } from "./open-model.ts";

test("ids and model types are unique", () => {
  for (const key of ["id", "modelType"] as const) {
    const values = modelCards.map((card) => card[key]);
    expect(new Set(values).size).toBe(values.length);
  }
});

test.each(modelCards.map((card) => [card.id, card] as const))("%s opens by its model type", async (_, card) => {
  const model_cfg = { embed_dim: 8, vision_cfg: {}, text_cfg: {} };
  const config = card.modelType === "open_clip" ? { model_cfg } : { model_type: card.modelType };
  expect((await openModel(config)).card).toBe(card);
});

test("an unknown model type: the near one, or all", async () => {
  await expect(openModel({ model_type: "siglp" }, "a/config.json")).rejects.toMatchObject({
    code: "MODEL_UNKNOWN",
    message: 'a/config.json: there is no model of model_type "siglp"\n  mend: did you mean siglip?',
  });
  await expect(openModel({ model_type: "siglip2" })).rejects.toMatchObject({
    code: "MODEL_UNKNOWN",
    message:
      'config.json: there is no model of model_type "siglip2"\n  mend: give a SigLIP 2 of fixed resolution (its model_type is siglip), not a NaFlex one',
  });
  await expect(openModel({})).rejects.toMatchObject({
    code: "MODEL_UNKNOWN",
    message: expect.stringMatching(/^config\.json: it has no model_type\n {2}mend: known are clip, clip_text_model, /),
  });
});

test("a wrong configuration is refused, with the key", async () => {
  const config = { model_type: "clip", vision_config: { hidden_size: "wide" } };
  await expect(openModel(config)).rejects.toMatchObject({
    code: "CONFIG_INVALID",
    message: expect.stringContaining("config.json: vision_config.hidden_size: Invalid input"),
  });
  const pooled = { model_cfg: { embed_dim: 8, vision_cfg: { attentional_pool: true }, text_cfg: {} } };
  await expect(openModel(pooled)).rejects.toMatchObject({
    message: expect.stringContaining("model_cfg.vision_cfg.attentional_pool: Fovea has no such tower"),
  });
});

test("checkpoint names become parameter names, and twice is as once", async () => {
  const openClip = await openModel({ model_cfg: { embed_dim: 8, vision_cfg: {}, text_cfg: {} } });
  expect(openClip.parameterOf("transformer.resblocks.0.ln_1.weight")).toBe("text.transformer.resblocks.0.ln_1.weight");
  expect(openClip.parameterOf("text.transformer.resblocks.0.ln_1.weight")).toBe(
    "text.transformer.resblocks.0.ln_1.weight",
  );
  expect(openClip.parameterOf("visual.transformer.resblocks.0.ln_1.weight")).toBe(
    "visual.transformer.resblocks.0.ln_1.weight",
  );
  const clip = await openModel({ model_type: "clip" });
  expect(clip.parameterOf("text_model.embeddings.position_ids")).toBeUndefined();
});

test("an input that the model needs and was not given", async () => {
  const model = await openModel({ model_type: "clip_text_model" });
  const inputs = { pixel_values: input("pixel_values", "float32", [1, 3, 224, 224]) };
  expect(() => model.forward(Scope.root(), inputs)).toThrow(
    expect.objectContaining({
      code: "MODEL_INPUT_MISSING",
      message: "input_ids: the model needs it, but was given pixel_values\n  mend: give it by this name",
    }),
  );
});

test("a SigLIP without the head that pools pictures classifies them, and embeds none", async () => {
  const headless = { model_type: "siglip", vision_config: { vision_use_head: false } };
  await expect(openModel(headless)).rejects.toMatchObject({
    code: "CONFIG_INVALID",
    message: expect.stringContaining(
      "vision_config.vision_use_head: must be true: the head makes a picture's embedding",
    ),
  });
  await openModel({ ...headless, architectures: ["SiglipForImageClassification"] });
});
