import * as z from "zod";
import { expand } from "../../engine/ops/broadcast.ts";
import { add, exp, mul } from "../../engine/ops/elementwise.ts";
import { reshape } from "../../engine/ops/layout.ts";
import { matmul } from "../../engine/ops/matmul.ts";
import { l2Normalize } from "../../engine/ops/normalize.ts";
import type { Tensor } from "../../engine/tensor.ts";
import { fusedAttention, paddingMask } from "../../nn/attention.ts";
import { extents } from "../../nn/extents.ts";
import { constantInit, xavierUniform } from "../../nn/init.ts";
import { layerNorm, linear } from "../../nn/linear.ts";
import type { Scope } from "../../nn/scope.ts";
import { encoderLayers, mlp, runLastLayer, runLayers, tokenAt } from "../../nn/transformer.ts";
import type { ForwardOptions, Model, NamedTensors } from "../model.ts";
import {
  encoderConfig,
  textEmbeddings,
  type TextInputOptions,
  TextTowerConfig,
  visionEmbeddings,
  VisionTowerConfig,
} from "../towers/embeddings.ts";
import { classifierKeys, classifyPatches, isClassifier } from "../towers/classifier.ts";
import type { TowerOutputs } from "../towers/outputs.ts";
import type { VisionInputOptions } from "../towers/patches.ts";
import type { ContrastiveOutputs } from "./clip.ts";
import { twoTowerModel } from "./two-towers.ts";

const tower = {
  hidden_size: VisionTowerConfig.shape.hidden_size, // 768, as all defaults of the base model
  intermediate_size: VisionTowerConfig.shape.intermediate_size,
  num_attention_heads: VisionTowerConfig.shape.num_attention_heads,
  layer_norm_eps: z.number().positive().default(1e-6),
  hidden_act: VisionTowerConfig.shape.hidden_act.unwrap().default("gelu_pytorch_tanh"),
};

/** A SigLIP picture tower in `config.json`. Unknown keys are kept. */
export const SiglipVisionConfig = VisionTowerConfig.extend({
  ...tower,
  patch_size: z.int().positive().default(16), // pixels
  /** Whether attention with a learned query pools the patches. */
  vision_use_head: z.boolean().default(true),
});
export type SiglipVisionConfig = z.infer<typeof SiglipVisionConfig>;

/** A SigLIP text tower in `config.json`. Unknown keys are kept. */
export const SiglipTextConfig = TextTowerConfig.extend({
  ...tower,
  vocab_size: z.int().positive().default(32_000),
  max_position_embeddings: z.int().positive().default(64), // tokens
  /** Width of the pooled text; that of the tower if absent. */
  projection_size: z.int().positive().nullish(),
});
export type SiglipTextConfig = z.infer<typeof SiglipTextConfig>;

/**
 * `config.json` of a SigLIP checkpoint, and of a SigLIP 2 of fixed resolution. Unknown keys are kept.
 * @see Zhai et al. 2023, https://arxiv.org/abs/2303.15343; Tschannen et al. 2025, https://arxiv.org/abs/2502.14786
 */
export const SiglipConfig = z
  .looseObject({
    model_type: z.literal("siglip").default("siglip"),
    ...classifierKeys,
    text_config: SiglipTextConfig.prefault({}),
    vision_config: SiglipVisionConfig.prefault({}),
  })
  .refine((config) => config.vision_config.vision_use_head || isClassifier(config), {
    path: ["vision_config", "vision_use_head"],
    error: "must be true: the head makes a picture's embedding",
  });
export type SiglipConfig = z.infer<typeof SiglipConfig>;

/** What SigLIP is given. */
export interface SiglipInputs extends VisionInputOptions {
  /** `[batch, 3, image_size, image_size]` float32, normalised. */
  readonly pixelValues: Tensor;
  /** `[batch, tokens]` int64, padded to the full length as in training: the last place is pooled. */
  readonly inputIds: Tensor;
  /** `[batch, tokens]` int64, 1 for tokens and 0 for padding; SigLIP is trained without, padding being seen. */
  readonly attentionMask?: Tensor;
}

/** What SigLIP computes. */
export interface SiglipOutputs extends ContrastiveOutputs {
  /** Added to the scaled similarities: one element. */
  readonly logitBias: Tensor;
}

/** SigLIP: a picture tower and a text tower, trained to tell for each pair by itself whether it belongs together. */
export function siglip(
  scope: Scope,
  { pixelValues, inputIds, attentionMask, ...options }: SiglipInputs,
  config: SiglipConfig,
): SiglipOutputs {
  return {
    imageEmbeds: l2Normalize(siglipImageFeatures(scope, pixelValues, config, options)),
    textEmbeds: l2Normalize(siglipTextFeatures(scope, inputIds, config, attentionMask && { attentionMask })),
    ...scaleAndBias(scope),
  };
}

// First values: section 3.2, where the bias starts at the log odds of a pair that belongs together in a large batch.
const scaleAndBias = (scope: Scope): Pick<SiglipOutputs, "logitScale" | "logitBias"> => ({
  logitScale: scope.param("logit_scale", [1], constantInit(Math.log(10))),
  logitBias: scope.param("logit_bias", [1], constantInit(-10)),
});

/** Logits of belonging together: `[texts, images]`. */
export const siglipLogitsPerText = ({ textEmbeds, imageEmbeds, logitScale, logitBias }: SiglipOutputs): Tensor =>
  add(mul(matmul(textEmbeds, imageEmbeds, { transB: true }), exp(logitScale)), logitBias);

/** Picture features, not normalised: `[batch, 3, image_size, image_size] -> [batch, width]`. */
export function siglipImageFeatures(
  scope: Scope,
  pixelValues: Tensor,
  { vision_config }: SiglipConfig,
  options?: VisionInputOptions,
): Tensor {
  return siglipVisionTower(scope.at("vision_model"), pixelValues, vision_config, options).pooled;
}

/** Text features, not normalised: `[batch, tokens] -> [batch, width]`. */
export const siglipTextFeatures = (
  scope: Scope,
  inputIds: Tensor,
  { text_config }: SiglipConfig,
  options?: TextInputOptions,
): Tensor => siglipTextTower(scope.at("text_model"), inputIds, text_config, options).pooled;

/** SigLIP's picture tower: a ViT without a class token, pooled by attention with one learned query. */
export function siglipVisionTower(
  scope: Scope,
  pixelValues: Tensor,
  config: SiglipVisionConfig,
  options?: VisionInputOptions,
): Required<TowerOutputs> {
  const states = siglipVisionStates(scope, pixelValues, config, options);
  return { ...states, pooled: attentionPooling(scope.at("head"), states.lastHiddenState, config) };
}

/** {@link siglipVisionTower} without its pooling. */
export function siglipVisionStates(
  scope: Scope,
  pixelValues: Tensor,
  config: SiglipVisionConfig,
  options: VisionInputOptions = {},
): TowerOutputs {
  const tokens = { classToken: false, bias: true, ...options };
  const embedded = visionEmbeddings(scope.at("embeddings"), pixelValues, config, tokens);
  const hiddenStates = runLayers(encoderLayers(scope.at("encoder.layers"), encoderConfig(config)), embedded);
  const lastHiddenState = layerNorm(scope.at("post_layernorm"), hiddenStates.at(-1)!, config.layer_norm_eps);
  return { hiddenStates, lastHiddenState };
}

/**
 * Pools tokens by attention with a learned query, `probe`, and a residual perceptron: `[batch, tokens, width] ->
 * [batch, width]`.
 * @see Zhai et al. 2022 ("MAP head"), https://arxiv.org/abs/2106.04560 section 3.2
 */
function attentionPooling(scope: Scope, x: Tensor, config: SiglipVisionConfig): Tensor {
  const [batch, tokens, width] = extents(x, "batch", "tokens", "width");
  const probe = expand(reshape(scope.param("probe", [1, 1, width], xavierUniform), [1, width]), [batch, width]);
  const rows = reshape(x, [batch * tokens, width]);
  const seen = fusedAttention(scope.at("attention"), probe, rows, batch, { heads: config.num_attention_heads });
  const normed = layerNorm(scope.at("layernorm"), seen, config.layer_norm_eps);
  return add(seen, mlp(scope.at("mlp"), normed, encoderConfig(config)));
}

/** SigLIP's text tower: a transformer whose tokens all see each other. Pools the last place, projected by `head`. */
export function siglipTextTower(
  scope: Scope,
  inputIds: Tensor,
  config: SiglipTextConfig,
  { attentionMask, positionIds }: TextInputOptions = {},
): Required<TowerOutputs> {
  const embedded = textEmbeddings(scope.at("embeddings"), inputIds, config, positionIds);
  const mask = attentionMask && paddingMask(attentionMask);
  const layers = encoderLayers(scope.at("encoder.layers"), encoderConfig(config));
  const hiddenStates = runLayers(layers, embedded, mask);
  const finalNorm = (x: Tensor): Tensor => layerNorm(scope.at("final_layer_norm"), x, config.layer_norm_eps);
  const last = finalNorm(runLastLayer(layers, hiddenStates, tokenAt(-1), mask));
  const pooled = linear(scope.at("head"), last, config.projection_size ?? config.hidden_size);
  return { hiddenStates, lastHiddenState: finalNorm(hiddenStates.at(-1)!), pooled };
}

/** SigLIP as its checkpoints have it: `SiglipModel`, given pictures, texts or both, or `SiglipForImageClassification`. */
export const siglipModel: Model<SiglipConfig> = twoTowerModel({
  config: SiglipConfig,
  image(scope, pixelValues, config, options) {
    const tower = siglipVisionTower(scope.at("vision_model"), pixelValues, config.vision_config, options);
    return { tower, features: tower.pooled };
  },
  text(scope, inputIds, config, options) {
    const tower = siglipTextTower(scope.at("text_model"), inputIds, config.text_config, options);
    return { tower, features: tower.pooled };
  },
  logitsPerText: (scope, embeds) => siglipLogitsPerText({ ...embeds, ...scaleAndBias(scope) }),
  classify,
});

/** `SiglipForImageClassification`: classes from the mean of the patches. Its checkpoints hold the head that is not used. */
function classify(scope: Scope, pixels: Tensor, config: SiglipConfig, options?: ForwardOptions): NamedTensors {
  const { vision_config } = config;
  const vision = vision_config.vision_use_head ? siglipVisionTower : siglipVisionStates;
  const tower = vision(scope.at("vision_model"), pixels, vision_config, options);
  return classifyPatches(scope, tower.lastHiddenState, tower, config);
}
