import * as z from "zod";
import { add } from "../../engine/ops/elementwise.ts";
import { gather } from "../../engine/ops/gather.ts";
import { slice } from "../../engine/ops/layout.ts";
import type { Tensor } from "../../engine/tensor.ts";
import { activationNames } from "../../nn/activations.ts";
import { normalInit, zeros } from "../../nn/init.ts";
import { embedding } from "../../nn/linear.ts";
import type { Scope } from "../../nn/scope.ts";
import type { EncoderConfig } from "../../nn/transformer.ts";
import { ShapeError } from "../../platform/error.ts";
import type { NamedTensors } from "../model.ts";
import { embedPatches, type VisionInputOptions } from "./patches.ts";

/** Configuration and input layers that the towers of CLIP and SigLIP share. */

const tower = {
  hidden_size: z.int().positive(),
  intermediate_size: z.int().positive(),
  num_hidden_layers: z.int().nonnegative().default(12),
  num_attention_heads: z.int().positive(),
  layer_norm_eps: z.number().positive(),
  hidden_act: z.enum(activationNames),
};
const clipTower = {
  layer_norm_eps: tower.layer_norm_eps.default(1e-5),
  hidden_act: tower.hidden_act.default("quick_gelu"),
};

/** A picture tower in `config.json`; the defaults are those of Hugging Face's CLIP. Unknown keys are kept. */
export const VisionTowerConfig = z.looseObject({
  ...tower,
  ...clipTower,
  hidden_size: tower.hidden_size.default(768),
  intermediate_size: tower.intermediate_size.default(3072),
  num_attention_heads: tower.num_attention_heads.default(12),
  num_channels: z.int().positive().default(3),
  image_size: z.int().positive().default(224), // pixels
  patch_size: z.int().positive().default(32), //  pixels
});
export type VisionTowerConfig = z.infer<typeof VisionTowerConfig>;

/** A text tower in `config.json`; the defaults are those of Hugging Face's CLIP. Unknown keys are kept. */
export const TextTowerConfig = z.looseObject({
  ...tower,
  ...clipTower,
  hidden_size: tower.hidden_size.default(512),
  intermediate_size: tower.intermediate_size.default(2048),
  num_attention_heads: tower.num_attention_heads.default(8),
  vocab_size: z.int().positive().default(49408),
  max_position_embeddings: z.int().positive().default(77), // tokens
  eos_token_id: z.int().nullish().default(49407),
});
export type TextTowerConfig = z.infer<typeof TextTowerConfig>;

/** The encoder that a tower's configuration describes. */
export const encoderConfig = (config: VisionTowerConfig | TextTowerConfig): EncoderConfig => ({
  width: config.hidden_size,
  hidden: config.intermediate_size,
  layers: config.num_hidden_layers,
  heads: config.num_attention_heads,
  activation: config.hidden_act,
  epsilon: config.layer_norm_eps,
});

/** Which of the optional parameters a picture tower has. */
export interface VisionEmbeddingOptions extends VisionInputOptions {
  /** Whether a learned token, parameter `class_embedding`, stands before the patches. */
  readonly classToken: boolean;
  /** Whether the map of patches has a `bias`. */
  readonly bias: boolean;
}

/**
 * Patches and positions, parameters `patch_embedding`, `position_embedding` and, with a class token, `class_embedding`.
 * @param pixels `[batch, channels, image_size, image_size]`
 * @returns      `[batch, tokens, width]`; the class token comes first
 * @throws {ShapeError} SHAPE_IMAGE_SIZE
 */
export function visionEmbeddings(
  scope: Scope,
  pixels: Tensor,
  { hidden_size: width, num_channels, patch_size: patch, image_size: side }: VisionTowerConfig,
  { classToken, bias, ...options }: VisionEmbeddingOptions,
): Tensor {
  const convolution = scope.at("patch_embedding");
  const kernel = convolution.param("weight", [width, num_channels, patch, patch], normalInit(0.02));
  const tokens = Math.floor(side / patch) ** 2 + Number(classToken);
  const parameters = {
    size: [side, side] as const,
    kernel,
    ...(bias && { bias: convolution.param("bias", [width], zeros) }),
    ...(classToken && { classToken: scope.param("class_embedding", [width], normalInit(width ** -0.5)) }),
    positions: scope.at("position_embedding").param("weight", [tokens, width], normalInit(0.02)),
  };
  return embedPatches(scope.path, pixels, parameters, options);
}

/** What may be said of texts besides their ids. */
export interface TextInputOptions {
  /** `[batch, tokens]` int64, 1 for tokens and 0 for padding; all are tokens if absent. */
  readonly attentionMask?: Tensor;
  /** `[batch or 1, tokens]` int64: the place of each token; 0, 1, ... if absent. */
  readonly positionIds?: Tensor;
}

/** Those of a model's inputs, by the reference's names. */
export const textOptions = ({ attention_mask, position_ids }: NamedTensors): TextInputOptions => ({
  ...(attention_mask && { attentionMask: attention_mask }),
  ...(position_ids && { positionIds: position_ids }),
});

/**
 * Token and position embeddings, parameters `token_embedding` and `position_embedding`.
 * @param inputIds `[batch, tokens]` int64
 * @returns        `[batch, tokens, width]`
 * @throws {ShapeError} SHAPE_CONTEXT if there are more tokens than positions
 */
export function textEmbeddings(
  scope: Scope,
  inputIds: Tensor,
  { vocab_size, hidden_size: width, max_position_embeddings: context }: TextTowerConfig,
  positionIds?: Tensor,
): Tensor {
  const tokens = inputIds.shape[1]!;
  if (tokens > context)
    throw new ShapeError(
      "SHAPE_CONTEXT",
      scope.path,
      `${tokens} tokens, but positions for ${context}`,
      "truncate the text",
    );
  const positions = scope.at("position_embedding").param("weight", [context, width], normalInit(0.02));
  const placed = positionIds ? gather(positions, positionIds) : slice(positions, [[0, tokens]]);
  return add(embedding(scope.at("token_embedding"), inputIds, vocab_size, width), placed);
}
