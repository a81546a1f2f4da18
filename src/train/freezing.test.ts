import { expect, test } from "vitest";
import { demandFrozen } from "./freezing.ts";

const parameters = [
  "logit_scale",
  "vision_model.embeddings.class_embedding",
  "vision_model.encoder.layers.0.mlp.fc1.weight",
  "text_model.final_layer_norm.bias",
].map((path) => ({ path }));

const freeze = (...prefixes: string[]) => {
  demandFrozen(prefixes, parameters);
};

test("the beginning of a name freezes, at any depth and cut anywhere", () => {
  expect(() => freeze("vision_model", "text_model.", "vision_model.encoder.lay", "logit_scale")).not.toThrow();
  expect(() => freeze()).not.toThrow();
});

test.each([
  ["vison_model", "did you mean vision_model?"],
  ["vision_model.encoder.layer.0", "did you mean vision_model.encoder.layers.0?"],
  ["vision_model.embedings", "did you mean vision_model.embeddings?"],
  ["visual", "the model's parts are logit_scale, vision_model, text_model"],
])("%s: what freezes nothing is an error, with the near name", (prefix, mend) => {
  expect(() => freeze("text_model", prefix)).toThrow(
    expect.objectContaining({
      code: "FREEZE_UNKNOWN",
      message: `freeze: no parameter's name begins with "${prefix}"\n  mend: ${mend}`,
    }),
  );
});
