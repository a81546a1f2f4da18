import * as z from "zod";
import { add, cast, equal, exp, mul, sub } from "../../engine/ops/elementwise.ts";
import { gather, gatherRows } from "../../engine/ops/gather.ts";
import { reshape, slice } from "../../engine/ops/layout.ts";
import { matmul } from "../../engine/ops/matmul.ts";
import { l2Normalize } from "../../engine/ops/normalize.ts";
import { argMax } from "../../engine/ops/reduce.ts";
import type { Tensor } from "../../engine/tensor.ts";
import { causalMask, maskedOut } from "../../nn/attention.ts";
import { constantInit, normalInit } from "../../nn/init.ts";
import { layerNorm, linear } from "../../nn/linear.ts";
import type { Scope } from "../../nn/scope.ts";
import { encoder, pooledState } from "../../nn/transformer.ts";
import {
  encoderConfig,
  textEmbeddings,
  TextTowerConfig,
  visionEmbeddings,
  VisionTowerConfig,
  type TowerOutputs,
} from "../towers/embeddings.ts";

/**
 * `config.json` of a CLIP checkpoint. Unknown keys are kept.
 * @see Radford et al. 2021, https://arxiv.org/abs/2103.00020
 */
export const ClipConfig = z.looseObject({
  model_type: z.literal("clip").default("clip"),
  projection_dim: z.int().positive().default(512),
  logit_scale_init_value: z.number().default(2.6592), // ln(1 / 0.07): CLIP section 2.5
  text_config: TextTowerConfig.prefault({}),
  vision_config: VisionTowerConfig.prefault({}),
});
export type ClipConfig = z.infer<typeof ClipConfig>;

/** What CLIP is given. */
export interface ClipInputs {
  /** `[batch, 3, image_size, image_size]` float32, normalised. */
  readonly pixelValues: Tensor;
  /** `[batch, tokens]` int64. */
  readonly inputIds: Tensor;
  /** `[batch, tokens]` int64, 1 for tokens and 0 for padding; all are tokens if absent. */
  readonly attentionMask?: Tensor;
}

/** What a two-tower model computes. */
export interface ContrastiveOutputs {
  /** `[batch, embed]`, unit length. */
  readonly imageEmbeds: Tensor;
  /** `[batch, embed]`, unit length. */
  readonly textEmbeds: Tensor;
  /** The logarithm of the factor on cosine similarities: one element. */
  readonly logitScale: Tensor;
}

/** CLIP: a picture tower and a text tower whose unit embeddings meet in one space. */
export function clip(scope: Scope, { pixelValues, inputIds, attentionMask }: ClipInputs, config: ClipConfig): ContrastiveOutputs {
  return {
    imageEmbeds: l2Normalize(clipImageFeatures(scope, pixelValues, config)),
    textEmbeds: l2Normalize(clipTextFeatures(scope, inputIds, config, attentionMask)),
    logitScale: scope.param("logit_scale", [], constantInit(config.logit_scale_init_value)),
  };
}

/** Cosine similarities times the scale: `[texts, images]`. */
export const clipLogitsPerText = ({ textEmbeds, imageEmbeds, logitScale }: ContrastiveOutputs): Tensor =>
  mul(matmul(textEmbeds, imageEmbeds, { transB: true }), exp(logitScale));

/** Projected picture features, not normalised: `[batch, 3, image_size, image_size] -> [batch, projection_dim]`. */
export const clipImageFeatures = (scope: Scope, pixelValues: Tensor, config: ClipConfig): Tensor =>
  project(scope.at("visual_projection"), clipVisionTower(scope.at("vision_model"), pixelValues, config.vision_config).pooled, config);

/** Projected text features, not normalised: `[batch, tokens] -> [batch, projection_dim]`. */
export const clipTextFeatures = (scope: Scope, inputIds: Tensor, config: ClipConfig, attentionMask?: Tensor): Tensor =>
  project(scope.at("text_projection"), clipTextTower(scope.at("text_model"), inputIds, config.text_config, attentionMask).pooled, config);

const project = (scope: Scope, x: Tensor, { projection_dim }: ClipConfig): Tensor =>
  linear(scope, x, projection_dim, { bias: false, init: normalInit(x.shape.at(-1)! ** -0.5) });

/**
 * CLIP's picture tower: a ViT with a class token and a norm before the first layer, which checkpoints call
 * `pre_layrnorm`. Pools the class token.
 */
export function clipVisionTower(scope: Scope, pixelValues: Tensor, config: VisionTowerConfig): TowerOutputs {
  const embedded = visionEmbeddings(scope.at("embeddings"), pixelValues, config, { classToken: true, bias: false });
  const normed = layerNorm(scope.at("pre_layrnorm"), embedded, config.layer_norm_eps);
  const hiddenStates = encoder(scope.at("encoder"), normed, encoderConfig(config));
  const classToken = pooledState(scope.at("encoder"), hiddenStates, encoderConfig(config), firstToken);
  const pooled = layerNorm(scope.at("post_layernorm"), classToken, config.layer_norm_eps);
  return { hiddenStates, lastHiddenState: hiddenStates.at(-1)!, pooled };
}

const firstToken = (x: Tensor): Tensor => reshape(slice(x, [undefined, [0, 1]]), [x.shape[0]!, x.shape[2]!]);

/** CLIP's text tower: a causal transformer. Pools the end-of-text token. */
export function clipTextTower(
  scope: Scope,
  inputIds: Tensor,
  config: TextTowerConfig,
  attentionMask?: Tensor,
): TowerOutputs {
  const [batch, tokens] = inputIds.shape as [number, number];
  const embedded = textEmbeddings(scope.at("embeddings"), inputIds, config);
  // A part of the whole mask, so that exported graphs take texts of any length.
  const causal = slice(causalMask(config.max_position_embeddings), [
    [0, tokens],
    [0, tokens],
  ]);
  const withPadding = (mask: Tensor): Tensor =>
    attentionMask === undefined ? mask : add(mask, paddingMask(attentionMask));
  const hiddenStates = encoder(scope.at("encoder"), embedded, encoderConfig(config), withPadding(causal));
  const finalNorm = (x: Tensor): Tensor => layerNorm(scope.at("final_layer_norm"), x, config.layer_norm_eps);
  const end = endOfText(inputIds, config);
  const endMask = withPadding(reshape(gather(causal, end), [batch, 1, 1, tokens]));
  const pick = (x: Tensor): Tensor => gatherRows(x, end);
  const endToken = pooledState(scope.at("encoder"), hiddenStates, encoderConfig(config), pick, endMask);
  return { hiddenStates, lastHiddenState: finalNorm(hiddenStates.at(-1)!), pooled: finalNorm(endToken) };
}

/** `[batch, keys]` int64 as an addition to attention scores: `[batch, 1, 1, keys]`. */
function paddingMask(attentionMask: Tensor): Tensor {
  const [batch, keys] = attentionMask.shape as [number, number];
  return reshape(mul(sub(1, cast(attentionMask, "float32")), maskedOut), [batch, 1, 1, keys]);
}

/**
 * Place of the token that is pooled. Checkpoints whose configuration still says `eos_token_id: 2` were trained with the
 * largest id of each text, which is the end of text in CLIP's vocabulary; others take the first `eos_token_id`.
 */
function endOfText(inputIds: Tensor, { eos_token_id }: TextTowerConfig): Tensor<"int64"> {
  const legacy = eos_token_id === 2 || eos_token_id === null || eos_token_id === undefined;
  return argMax(cast(legacy ? inputIds : equal(inputIds, eos_token_id), "float32"), 1);
}
