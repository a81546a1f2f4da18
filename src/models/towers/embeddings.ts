import * as z from "zod";
import { add } from "../../engine/ops/elementwise.ts";
import { pad, reshape, slice, transpose } from "../../engine/ops/layout.ts";
import { affine } from "../../engine/ops/matmul.ts";
import type { Tensor } from "../../engine/tensor.ts";
import { normalInit, zeros } from "../../nn/init.ts";
import { embedding } from "../../nn/linear.ts";
import type { Scope } from "../../nn/scope.ts";
import { activations, type ActivationName, type EncoderConfig } from "../../nn/transformer.ts";
import { ShapeError } from "../../platform/error.ts";

/** Configuration and input layers that the towers of CLIP and SigLIP share. */

const activationName = z.enum(Object.keys(activations) as [ActivationName, ...ActivationName[]]);

const tower = {
  hidden_size: z.int().positive(),
  intermediate_size: z.int().positive(),
  num_hidden_layers: z.int().nonnegative().default(12),
  num_attention_heads: z.int().positive(),
  layer_norm_eps: z.number().positive(),
  hidden_act: activationName,
};

/** A picture tower in `config.json`; the defaults are those of Hugging Face's CLIP. Unknown keys are kept. */
export const VisionTowerConfig = z.looseObject({
  ...tower,
  hidden_size: tower.hidden_size.default(768),
  intermediate_size: tower.intermediate_size.default(3072),
  num_attention_heads: tower.num_attention_heads.default(12),
  layer_norm_eps: tower.layer_norm_eps.default(1e-5),
  hidden_act: tower.hidden_act.default("quick_gelu"),
  num_channels: z.int().positive().default(3),
  image_size: z.int().positive().default(224), // pixels
  patch_size: z.int().positive().default(32), //  pixels
});
export type VisionTowerConfig = z.infer<typeof VisionTowerConfig>;

/** A text tower in `config.json`; the defaults are those of Hugging Face's CLIP. Unknown keys are kept. */
export const TextTowerConfig = z.looseObject({
  ...tower,
  hidden_size: tower.hidden_size.default(512),
  intermediate_size: tower.intermediate_size.default(2048),
  num_attention_heads: tower.num_attention_heads.default(8),
  layer_norm_eps: tower.layer_norm_eps.default(1e-5),
  hidden_act: tower.hidden_act.default("quick_gelu"),
  vocab_size: z.int().positive().default(49408),
  max_position_embeddings: z.int().positive().default(77), // tokens
  eos_token_id: z.int().nullish().default(49407),
});
export type TextTowerConfig = z.infer<typeof TextTowerConfig>;

/** What a tower computes. */
export interface TowerOutputs {
  /** Input of the first layer and output of each: `[batch, tokens, width]`. */
  readonly hiddenStates: readonly Tensor[];
  /** `[batch, tokens, width]`. */
  readonly lastHiddenState: Tensor;
  /** `[batch, width]`. */
  readonly pooled: Tensor;
}

/** The encoder that a tower's configuration describes. */
export const encoderConfig = (config: VisionTowerConfig | TextTowerConfig): EncoderConfig => ({
  width: config.hidden_size,
  hidden: config.intermediate_size,
  layers: config.num_hidden_layers,
  heads: config.num_attention_heads,
  activation: config.hidden_act,
  epsilon: config.layer_norm_eps,
});

/**
 * Cuts a picture into square patches and maps each linearly, parameter `weight` `[width, channels, patch, patch]` (and
 * `bias`): the convolution whose stride is its kernel, as one matrix product.
 *
 * @param pixels `[batch, channels, height, width]`, sides multiples of `patch` (pixels)
 * @returns      `[batch, patches, width]`, patches row by row
 * @throws {ShapeError} SHAPE_NOT_DIVISIBLE
 */
export function patchEmbedding(scope: Scope, pixels: Tensor, width: number, patch: number, bias: boolean): Tensor {
  const [batch, channels, height, across] = pixels.shape as [number, number, number, number];
  const [rows, columns] = [height / patch, across / patch];
  if (!Number.isInteger(rows) || !Number.isInteger(columns))
    throw new ShapeError(
      "SHAPE_NOT_DIVISIBLE",
      scope.path,
      `a picture of ${across} x ${height} px does not divide into patches of ${patch} px`,
      `resize to ${Math.ceil(across / patch) * patch} x ${Math.ceil(height / patch) * patch} px`,
    );
  const weight = scope.param("weight", [width, channels, patch, patch], normalInit(0.02));
  const grid = reshape(pixels, [batch, channels, rows, patch, columns, patch]);
  const patches = reshape(transpose(grid, [0, 2, 4, 1, 3, 5]), [batch, rows * columns, channels * patch * patch]);
  return affine(patches, reshape(weight, [width, channels * patch * patch]), bias ? scope.param("bias", [width], zeros) : undefined);
}

/**
 * Patches and positions, parameters `patch_embedding`, `position_embedding` and, with a class token, `class_embedding`.
 * @param pixels `[batch, channels, image_size, image_size]`
 * @returns      `[batch, tokens, width]`; the class token comes first
 */
export function visionEmbeddings(
  scope: Scope,
  pixels: Tensor,
  { hidden_size: width, patch_size: patch, image_size: side }: VisionTowerConfig,
  { classToken, bias }: { readonly classToken: boolean; readonly bias: boolean },
): Tensor {
  const patches = patchEmbedding(scope.at("patch_embedding"), pixels, width, patch, bias);
  const count = Math.floor(side / patch) ** 2;
  if (patches.shape[1] !== count)
    throw new ShapeError(
      "SHAPE_IMAGE_SIZE",
      scope.path,
      `${patches.shape[1]} patches, but positions for ${count} (image_size ${side} px, patch_size ${patch} px)`,
      `give pictures of ${side} x ${side} px`,
    );
  const tokens = count + Number(classToken);
  const positions = scope.at("position_embedding").param("weight", [tokens, width], normalInit(0.02));
  if (!classToken) return add(patches, positions);
  // The class token stands in a row of zeros, so that one addition places it and all positions, at any batch size.
  const first = reshape(scope.param("class_embedding", [width], normalInit(width ** -0.5)), [1, width]);
  return add(pad(patches, [[0, 0], [1, 0], [0, 0]]), add(positions, pad(first, [[0, count], [0, 0]])));
}

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
): Tensor {
  const tokens = inputIds.shape[1]!;
  if (tokens > context)
    throw new ShapeError("SHAPE_CONTEXT", scope.path, `${tokens} tokens, but positions for ${context}`, "truncate the text");
  const positions = scope.at("position_embedding").param("weight", [context, width], normalInit(0.02));
  return add(embedding(scope.at("token_embedding"), inputIds, vocab_size, width), slice(positions, [[0, tokens]]));
}
