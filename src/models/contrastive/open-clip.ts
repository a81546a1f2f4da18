import * as z from "zod";
import { gelu, geluTanh, quickGelu } from "../../engine/ops/activation.ts";
import { add, cast, equal, exp, mul } from "../../engine/ops/elementwise.ts";
import { gather, gatherRows } from "../../engine/ops/gather.ts";
import { reshape, slice, transpose } from "../../engine/ops/layout.ts";
import { full } from "../../engine/ops/leaf.ts";
import { matmul } from "../../engine/ops/matmul.ts";
import { l2Normalize } from "../../engine/ops/normalize.ts";
import { argMax, mean } from "../../engine/ops/reduce.ts";
import type { Tensor } from "../../engine/tensor.ts";
import { causalMask, fusedAttention } from "../../nn/attention.ts";
import { extents } from "../../nn/extents.ts";
import { constantInit, normalInit } from "../../nn/init.ts";
import { embedding, layerNorm, linear } from "../../nn/linear.ts";
import type { Scope } from "../../nn/scope.ts";
import { runLastLayer, runLayers, tokenAt, type Layer } from "../../nn/transformer.ts";
import { freeze } from "../../nn/transforms.ts";
import { needInput, type Model } from "../model.ts";
import { embedPatches, gridOf, type VisionInputOptions } from "../towers/patches.ts";
import { sinCosPositions } from "../towers/positions.ts";

/** CLIP as open_clip (and OpenAI's own release) writes it: other names, fused projections, and more choices. */

const none = z.union([z.literal(false), z.null()], { error: "Fovea has no such tower" }).optional();

const tower = {
  layers: z.int({ error: "Fovea has transformer towers only" }).nonnegative().default(12),
  mlp_ratio: z.number().positive().default(4),
  /** First value of learned factors of what each layer adds; there are none if absent. */
  ls_init_value: z.number().nullish(),
  act_kwargs: z.looseObject({ approximate: z.enum(["none", "tanh"]).default("none") }).nullish(),
  norm_kwargs: z.looseObject({ eps: z.number().positive().default(1e-5) }).nullish(),
  block_type: z.literal("default").nullish(),
  qk_norm: none,
  scaled_cosine_attn: none,
  scale_heads: none,
  scale_attn_inner: none,
  scale_attn: none,
  scale_fc: none,
};

const OpenClipVision = z.looseObject({
  ...tower,
  width: z.int().positive().default(768),
  head_width: z.int().positive().default(64),
  patch_size: z.int().positive().default(16), //  pixels
  /** Pixels: of a side, or height and width. */
  image_size: z.union([z.int().positive(), z.tuple([z.int().positive(), z.int().positive()])]).default(224),
  no_ln_pre: z.boolean().default(false),
  pos_embed_type: z.enum(["learnable", "sin_cos_2d"]).default("learnable"),
  pool_type: z.enum(["tok", "avg"]).default("tok"),
  final_ln_after_pool: z.boolean().default(false),
  attentional_pool: none,
  timm_model_name: none,
});
type OpenClipVision = z.infer<typeof OpenClipVision>;

const OpenClipText = z.looseObject({
  ...tower,
  width: z.int().positive().default(512),
  heads: z.int().positive().default(8),
  context_length: z.int().positive().default(77), // tokens
  vocab_size: z.int().positive().default(49_408),
  eos_id: z.int().default(2),
  no_causal_mask: z.boolean().default(false),
  pool_type: z.enum(["first", "last", "argmax", "eos"]).default("argmax"),
  proj_type: z.enum(["linear", "none"]).default("linear"),
  proj_bias: z.boolean().default(false),
  embed_cls: none,
  hf_model_name: none,
});
type OpenClipText = z.infer<typeof OpenClipText>;

/**
 * `open_clip_config.json`. Unknown keys are kept.
 * @see https://github.com/mlfoundations/open_clip, Cherti et al. 2022, https://arxiv.org/abs/2212.07143
 */
export const OpenClipConfig = z.looseObject({
  model_cfg: z.looseObject({
    embed_dim: z.int().positive(),
    vision_cfg: OpenClipVision,
    text_cfg: OpenClipText,
    quick_gelu: z.boolean().default(false),
    init_logit_scale: z.number().default(Math.log(1 / 0.07)),
    init_logit_bias: z.number().nullish(),
    nonscalar_logit_scale: z.boolean().default(false),
  }),
});
export type OpenClipConfig = z.infer<typeof OpenClipConfig>;

/** What the layers of both towers need to know. */
interface BlockConfig {
  readonly width: number;
  readonly layers: number;
  readonly heads: number;
  readonly hidden: number;
  readonly epsilon: number;
  readonly activation: (x: Tensor) => Tensor;
  readonly layerScale: number | null | undefined;
}

const blockConfig = (config: OpenClipVision | OpenClipText, heads: number, isQuickGelu: boolean): BlockConfig => ({
  width: config.width,
  layers: config.layers,
  heads,
  hidden: Math.trunc(config.width * config.mlp_ratio),
  epsilon: config.norm_kwargs?.eps ?? 1e-5,
  activation: isQuickGelu ? quickGelu : config.act_kwargs?.approximate === "tanh" ? geluTanh : gelu,
  layerScale: config.ls_init_value,
});

const blocks = (scope: Scope, config: BlockConfig): Layer[] =>
  Array.from({ length: config.layers }, (_, i) => block(scope.at("transformer.resblocks").at(i), config));

function block(scope: Scope, { width, layers, heads, hidden, epsilon, activation, layerScale }: BlockConfig): Layer {
  const deep = normalInit(width ** -0.5 * (2 * layers) ** -0.5); // keeps the residual stream's variance independent of depth
  const scaled = (name: string, x: Tensor): Tensor =>
    typeof layerScale === "number" ? mul(x, scope.at(name).param("gamma", [width], constantInit(layerScale))) : x;
  return (x, batch, mask, pick = (tokens) => tokens) => {
    const normed = layerNorm(scope.at("ln_1"), x, epsilon);
    const settings = { heads, init: { in: normalInit(width ** -0.5), out: deep }, ...(mask && { mask }) };
    const seen = fusedAttention(scope.at("attn"), pick(normed), normed, batch, settings);
    const attended = add(pick(x), scaled("ls_1", seen));
    const rows = layerNorm(scope.at("ln_2"), attended, epsilon);
    const h = linear(scope.at("mlp.c_fc"), rows, hidden, { init: normalInit((2 * width) ** -0.5) });
    return add(attended, scaled("ls_2", linear(scope.at("mlp.c_proj"), activation(h), width, { init: deep })));
  };
}

/** Picture features, not normalised: `[batch, 3, image_size, image_size] -> [batch, embed_dim]`. */
export function openClipImageFeatures(
  scope: Scope,
  pixels: Tensor,
  { model_cfg: { vision_cfg: config, embed_dim, quick_gelu } }: OpenClipConfig,
  options: VisionInputOptions = {},
): Tensor {
  const { width, no_ln_pre, pool_type, final_ln_after_pool } = config;
  const settings = blockConfig(config, Math.trunc(width / config.head_width), quick_gelu);
  const layers = blocks(scope, settings);
  const tokens = openClipPatches(scope, pixels, config, options);
  const states = runLayers(layers, no_ln_pre ? tokens : layerNorm(scope.at("ln_pre"), tokens, settings.epsilon));
  const norm = (x: Tensor): Tensor => layerNorm(scope.at("ln_post"), x, settings.epsilon);
  const average = (x: Tensor): Tensor => mean(slice(x, [undefined, [1]]), { axis: 1 }); // of the patches alone
  const pooled =
    pool_type === "tok"
      ? norm(runLastLayer(layers, states, tokenAt(0)))
      : final_ln_after_pool
        ? norm(average(states.at(-1)!))
        : average(norm(states.at(-1)!));
  return matmul(pooled, scope.param("proj", [width, embed_dim], normalInit(width ** -0.5)));
}

function openClipPatches(scope: Scope, pixels: Tensor, config: OpenClipVision, options: VisionInputOptions): Tensor {
  const { width, patch_size: patch, image_size, pos_embed_type } = config;
  const size = typeof image_size === "number" ? ([image_size, image_size] as const) : image_size;
  const grid = gridOf(size, patch);
  const init = normalInit(width ** -0.5);
  const isLearned = pos_embed_type === "learnable";
  const parameters = {
    size,
    kernel: scope.at("conv1").param("weight", [width, 3, patch, patch], normalInit(0.02)),
    classToken: scope.param("class_embedding", [width], init),
    positions: (isLearned ? scope : scope.with(freeze())).param(
      "positional_embedding",
      [grid[0] * grid[1] + 1, width],
      isLearned ? init : () => sinCosPositions(grid[0], width, 1),
    ),
  };
  return embedPatches(scope.path, pixels, parameters, options);
}

/** Text features, not normalised: `[batch, tokens]` int64 `-> [batch, embed_dim]`. */
export function openClipTextFeatures(
  scope: Scope,
  text: Tensor,
  { model_cfg: { text_cfg: config, embed_dim, quick_gelu } }: OpenClipConfig,
): Tensor {
  const { width, context_length, vocab_size, heads, no_causal_mask } = config;
  const [batch, tokens] = extents(text, "batch", "tokens");
  const settings = blockConfig(config, heads, quick_gelu);
  const layers = blocks(scope, settings);
  const positions = scope.param("positional_embedding", [context_length, width], normalInit(0.01));
  const embedded = embedding(scope.at("token_embedding"), text, vocab_size, width);
  const causal = slice(causalMask(context_length), [[0, tokens], [0, tokens]]); // prettier-ignore
  const states = runLayers(layers, add(embedded, slice(positions, [[0, tokens]])), no_causal_mask ? undefined : causal);
  const place = pooledPlace(text, config);
  const placeMask = no_causal_mask ? undefined : reshape(gather(causal, place), [batch, 1, 1, tokens]);
  const last = runLastLayer(layers, states, (x) => gatherRows(x, place), placeMask);
  const pooled = layerNorm(scope.at("ln_final"), last, settings.epsilon);
  return projectText(scope, pooled, config, embed_dim);
}

/** Where each text is pooled: `[batch]` int64. */
function pooledPlace(text: Tensor, { pool_type, eos_id }: OpenClipText): Tensor {
  const [batch, tokens] = extents(text, "batch", "tokens");
  if (pool_type === "first") return full(0, [batch], "int64");
  if (pool_type === "last") return full(tokens - 1, [batch], "int64");
  // The end of text is the largest id of CLIP's vocabulary.
  return argMax(cast(pool_type === "eos" ? equal(text, eos_id) : text, "float32"), 1);
}

function projectText(scope: Scope, x: Tensor, { width, proj_type, proj_bias }: OpenClipText, embed: number): Tensor {
  const init = normalInit(width ** -0.5);
  if (proj_type === "none") return x;
  if (proj_bias) return linear(scope.at("text_projection"), x, embed, { init });
  return matmul(x, scope.param("text_projection", [width, embed], init));
}

/** The model as open_clip's `CLIP` and `CustomTextCLIP` have it; the first keeps its text tower's weights at the root. */
export const openClipModel: Model<OpenClipConfig> = {
  config: OpenClipConfig,
  renames: [
    { from: /^(?=(?:positional_embedding|token_embedding|transformer|ln_final|text_projection)\b)/, to: "text." },
  ],
  buffers: /(?:^|\.)attn_mask$/,
  forward(scope, inputs, config, options) {
    const image = openClipImageFeatures(scope.at("visual"), needInput(inputs, "image"), config, options);
    const text = openClipTextFeatures(scope.at("text"), needInput(inputs, "text"), config);
    const [imageFeatures, textFeatures] = [l2Normalize(image), l2Normalize(text)];
    const { nonscalar_logit_scale, init_logit_scale, init_logit_bias } = config.model_cfg;
    const shape = nonscalar_logit_scale ? [1] : [];
    const scale = exp(scope.param("logit_scale", shape, constantInit(init_logit_scale)));
    const hasBias = typeof init_logit_bias === "number";
    const bias = hasBias ? scope.param("logit_bias", shape, constantInit(init_logit_bias)) : undefined;
    const scores = mul(matmul(imageFeatures, textFeatures, { transB: true }), scale); // [images, texts]
    const logits = bias === undefined ? scores : add(scores, bias);
    return {
      image_features: imageFeatures,
      text_features: textFeatures,
      image_features_raw: image,
      text_features_raw: text,
      logit_scale: scale,
      ...(bias && { logit_bias: bias }),
      logits_per_image: logits,
      logits_per_text: transpose(logits),
    };
  },
};
