import { InputError } from "../platform/error.ts";
import type { Tensor } from "../engine/tensor.ts";
import type { Scope } from "../nn/scope.ts";
import { parseConfig } from "./open-model.ts";

/**
 * A model of two towers that map pictures and texts into one space, whichever its family: what embedding, searching and
 * exporting need to know of it.
 */
export interface DualEncoder {
  readonly family: "clip" | "siglip";
  /** Numbers of an embedding. */
  readonly width: number;
  /** Side of the pictures in pixels. */
  readonly side: number;
  /** Tokens of a text, and whether each must be padded to so many. */
  readonly tokens: { readonly atMost: number; readonly padded: boolean };
  /** What Hugging Face's models call a tower's features. */
  readonly featureNames: { readonly image: string; readonly text: string };
  /** `[batch, 3, side, side]` normalised float32 `-> [batch, width]`, not of unit length. */
  readonly imageFeatures: (scope: Scope, pixelValues: Tensor) => Tensor;
  /** `[batch, tokens]` int64 `-> [batch, width]`, not of unit length. */
  readonly textFeatures: (scope: Scope, inputIds: Tensor) => Tensor;
}

/**
 * The model that a `config.json` describes. Only the code of its family is loaded.
 * @throws {InputError} MODEL_UNKNOWN, CONFIG_INVALID
 */
export async function dualEncoder(config: unknown, where = "config.json"): Promise<DualEncoder> {
  const family =
    typeof config === "object" && config !== null && "model_type" in config ? config.model_type : undefined;
  if (family === "clip") return clipEncoder(config, where);
  if (family === "siglip") return siglipEncoder(config, where);
  throw new InputError(
    "MODEL_UNKNOWN",
    where,
    `model_type is ${JSON.stringify(family)}`,
    "give a model whose config.json says clip or siglip",
  );
}

async function clipEncoder(json: unknown, where: string): Promise<DualEncoder> {
  const { ClipConfig, clipImageFeatures, clipTextFeatures } = await import("./contrastive/clip.ts");
  const config = parseConfig(ClipConfig, json, where);
  return {
    family: "clip",
    width: config.projection_dim,
    side: config.vision_config.image_size,
    tokens: { atMost: config.text_config.max_position_embeddings, padded: false }, // what follows a text's end changes nothing
    featureNames: { image: "image_embeds", text: "text_embeds" },
    imageFeatures: (scope, pixelValues) => clipImageFeatures(scope, pixelValues, config),
    textFeatures: (scope, inputIds) => clipTextFeatures(scope, inputIds, config),
  };
}

async function siglipEncoder(json: unknown, where: string): Promise<DualEncoder> {
  const { SiglipConfig, siglipImageFeatures, siglipTextFeatures } = await import("./contrastive/siglip.ts");
  const config = parseConfig(SiglipConfig, json, where);
  return {
    family: "siglip",
    width: config.vision_config.hidden_size,
    side: config.vision_config.image_size,
    tokens: { atMost: config.text_config.max_position_embeddings, padded: true }, // trained so, and the last one is pooled
    featureNames: { image: "pooler_output", text: "pooler_output" },
    imageFeatures: (scope, pixelValues) => siglipImageFeatures(scope, pixelValues, config),
    textFeatures: (scope, inputIds) => siglipTextFeatures(scope, inputIds, config),
  };
}
