import * as z from "zod";
import { add, cast, equal, exp, mul } from "../../engine/ops/elementwise.ts";
import { gather, gatherRows } from "../../engine/ops/gather.ts";
import { reshape, slice } from "../../engine/ops/layout.ts";
import { matmul } from "../../engine/ops/matmul.ts";
import { l2Normalize } from "../../engine/ops/normalize.ts";
import { argMax } from "../../engine/ops/reduce.ts";
import type { Tensor } from "../../engine/tensor.ts";
import { causalMask, paddingMask } from "../../nn/attention.ts";
import { extents } from "../../nn/extents.ts";
import { constantInit, normalInit } from "../../nn/init.ts";
import { layerNorm, linear } from "../../nn/linear.ts";
import type { Scope } from "../../nn/scope.ts";
import { encoderLayers, runLastLayer, runLayers, tokenAt } from "../../nn/transformer.ts";
import type { ForwardOptions, Model, NamedTensors } from "../model.ts";
import {
  encoderConfig,
  textEmbeddings,
  type TextInputOptions,
  TextTowerConfig,
  visionEmbeddings,
  VisionTowerConfig,
} from "../towers/embeddings.ts";
import { classifierKeys, classifyPatches } from "../towers/classifier.ts";
import type { TowerOutputs } from "../towers/outputs.ts";
import type { VisionInputOptions } from "../towers/patches.ts";
import { twoTowerModel } from "./two-towers.ts";

/**
 * `config.json` of a CLIP checkpoint. Unknown keys are kept.
 * @see Radford et al. 2021, https://arxiv.org/abs/2103.00020
 */
export const ClipConfig = z.looseObject({
  model_type: z.literal("clip").default("clip"),
  ...classifierKeys,
  projection_dim: z.int().positive().default(512),
  logit_scale_init_value: z.number().default(2.6592), // ln(1 / 0.07): CLIP section 2.5
  text_config: TextTowerConfig.prefault({}),
  vision_config: VisionTowerConfig.prefault({}),
});
export type ClipConfig = z.infer<typeof ClipConfig>;

/** What CLIP is given. */
export interface ClipInputs extends VisionInputOptions {
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
export function clip(
  scope: Scope,
  { pixelValues, inputIds, attentionMask, ...options }: ClipInputs,
  config: ClipConfig,
): ContrastiveOutputs {
  return {
    imageEmbeds: l2Normalize(clipImageFeatures(scope, pixelValues, config, options)),
    textEmbeds: l2Normalize(clipTextFeatures(scope, inputIds, config, attentionMask && { attentionMask })),
    logitScale: clipLogitScale(scope, config),
  };
}

const clipLogitScale = (scope: Scope, config: ClipConfig): Tensor =>
  scope.param("logit_scale", [], constantInit(config.logit_scale_init_value));

/** Cosine similarities times the scale: `[texts, images]`. */
export const clipLogitsPerText = ({ textEmbeds, imageEmbeds, logitScale }: ContrastiveOutputs): Tensor =>
  mul(matmul(textEmbeds, imageEmbeds, { transB: true }), exp(logitScale));

/** Projected picture features, not normalised: `[batch, 3, image_size, image_size] -> [batch, projection_dim]`. */
export function clipImageFeatures(
  scope: Scope,
  pixelValues: Tensor,
  config: ClipConfig,
  options?: VisionInputOptions,
): Tensor {
  const { pooled } = clipVisionTower(scope.at("vision_model"), pixelValues, config.vision_config, options);
  return project(scope.at("visual_projection"), pooled, config.projection_dim);
}

/** Projected text features, not normalised: `[batch, tokens] -> [batch, projection_dim]`. */
export function clipTextFeatures(
  scope: Scope,
  inputIds: Tensor,
  config: ClipConfig,
  options?: TextInputOptions,
): Tensor {
  const { pooled } = clipTextTower(scope.at("text_model"), inputIds, config.text_config, options);
  return project(scope.at("text_projection"), pooled, config.projection_dim);
}

const project = (scope: Scope, x: Tensor, width: number): Tensor =>
  linear(scope, x, width, { bias: false, init: normalInit(x.shape.at(-1)! ** -0.5) });

/**
 * CLIP's picture tower: a ViT with a class token and a norm before the first layer, which checkpoints call
 * `pre_layrnorm`. Pools the class token.
 */
export function clipVisionTower(
  scope: Scope,
  pixelValues: Tensor,
  config: VisionTowerConfig,
  options: VisionInputOptions = {},
): Required<TowerOutputs> {
  const tokens = { classToken: true, bias: false, ...options };
  const embedded = visionEmbeddings(scope.at("embeddings"), pixelValues, config, tokens);
  const normed = layerNorm(scope.at("pre_layrnorm"), embedded, config.layer_norm_eps);
  const layers = encoderLayers(scope.at("encoder.layers"), encoderConfig(config));
  const hiddenStates = runLayers(layers, normed);
  const classToken = runLastLayer(layers, hiddenStates, tokenAt(0));
  const pooled = layerNorm(scope.at("post_layernorm"), classToken, config.layer_norm_eps);
  return { hiddenStates, lastHiddenState: hiddenStates.at(-1)!, pooled };
}

/** CLIP's text tower: a causal transformer. Pools the end-of-text token. */
export function clipTextTower(
  scope: Scope,
  inputIds: Tensor,
  config: TextTowerConfig,
  { attentionMask, positionIds }: TextInputOptions = {},
): Required<TowerOutputs> {
  const [batch, tokens] = extents(inputIds, "batch", "tokens");
  const embedded = textEmbeddings(scope.at("embeddings"), inputIds, config, positionIds);
  // A part of the whole mask, so that exported graphs take texts of any length.
  const whole = causalMask(config.max_position_embeddings);
  const causal = slice(whole, [[0, tokens], [0, tokens]]); // prettier-ignore
  const withPadding = (mask: Tensor): Tensor =>
    attentionMask === undefined ? mask : add(mask, paddingMask(attentionMask));
  const layers = encoderLayers(scope.at("encoder.layers"), encoderConfig(config));
  const hiddenStates = runLayers(layers, embedded, withPadding(causal));
  const finalNorm = (x: Tensor): Tensor => layerNorm(scope.at("final_layer_norm"), x, config.layer_norm_eps);
  const end = endOfText(inputIds, config);
  const endMask = withPadding(reshape(gather(causal, end), [batch, 1, 1, tokens]));
  const endToken = runLastLayer(layers, hiddenStates, (x) => gatherRows(x, end), endMask);
  return { hiddenStates, lastHiddenState: finalNorm(hiddenStates.at(-1)!), pooled: finalNorm(endToken) };
}

/**
 * Place of the token that is pooled. Checkpoints whose configuration still says `eos_token_id: 2` were trained with the
 * largest id of each text, which is the end of text in CLIP's vocabulary; others take the first `eos_token_id`.
 */
function endOfText(inputIds: Tensor, { eos_token_id }: TextTowerConfig): Tensor<"int64"> {
  const legacy = eos_token_id === 2 || eos_token_id === null || eos_token_id === undefined;
  return argMax(cast(legacy ? inputIds : equal(inputIds, eos_token_id), "float32"), 1);
}

/** CLIP as its checkpoints have it: `CLIPModel`, given pictures, texts or both, or `CLIPForImageClassification`. */
export const clipModel: Model<ClipConfig> = twoTowerModel({
  config: ClipConfig,
  image(scope, pixelValues, config, options) {
    const tower = clipVisionTower(scope.at("vision_model"), pixelValues, config.vision_config, options);
    return { tower, features: project(scope.at("visual_projection"), tower.pooled, config.projection_dim) };
  },
  text(scope, inputIds, config, options) {
    const tower = clipTextTower(scope.at("text_model"), inputIds, config.text_config, options);
    return { tower, features: project(scope.at("text_projection"), tower.pooled, config.projection_dim) };
  },
  logitsPerText: (scope, embeds, config) => clipLogitsPerText({ ...embeds, logitScale: clipLogitScale(scope, config) }),
  classify,
});

/** `CLIPForImageClassification`: classes from the mean of the patches, without the class token and the last norm. */
function classify(scope: Scope, pixels: Tensor, config: ClipConfig, options?: ForwardOptions): NamedTensors {
  const tower = clipVisionTower(scope.at("vision_model"), pixels, config.vision_config, options);
  return classifyPatches(scope, slice(tower.lastHiddenState, [undefined, [1]]), tower, config);
}
