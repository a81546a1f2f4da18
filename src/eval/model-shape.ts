import { ClipConfig } from "../models/contrastive/clip.ts";
import { SiglipConfig } from "../models/contrastive/siglip.ts";
import { dualEncoder } from "../models/dual-encoder.ts";
import type { Recipe } from "../train/recipe.ts";

type ModelRecipe = Recipe["model"];

/** The keys of a recipe's `model` that a `config.json` tells, as far as its family has them. */
export type ModelShape = Pick<ModelRecipe, "family" | "side" | "patch" | "vision" | "text" | "context" | "vocabulary"> &
  Partial<Pick<ModelRecipe, "embed">>;

/**
 * The shape of the model that a run trained, in the words of a recipe. A recipe that starts from another model says of
 * its own only the context, to which texts are cut where the family allows it.
 *
 * @param config the run's `config.json`, parsed
 * @throws {InputError} MODEL_UNKNOWN, CONFIG_INVALID
 */
export async function shapeOf(config: unknown, { context }: Pick<ModelRecipe, "context">): Promise<ModelShape> {
  const { family, side, width, tokens } = await dualEncoder(config);
  const { vision_config: vision, text_config: text } = (family === "clip" ? ClipConfig : SiglipConfig).parse(config);
  return {
    family,
    side,
    patch: vision.patch_size,
    vision: tower(vision),
    text: tower(text),
    ...(family === "clip" && { embed: width }),
    context: tokens.padded ? tokens.atMost : Math.min(tokens.atMost, context),
    vocabulary: text.vocab_size,
  };
}

const tower = (config: {
  readonly hidden_size: number;
  readonly num_hidden_layers: number;
  readonly num_attention_heads: number;
}): ModelRecipe["vision"] => ({
  width: config.hidden_size,
  layers: config.num_hidden_layers,
  heads: config.num_attention_heads,
});
