import * as z from "zod";
import { add, tanh } from "../../engine/ops/elementwise.ts";
import { reshape } from "../../engine/ops/layout.ts";
import type { Tensor } from "../../engine/tensor.ts";
import { activations } from "../../nn/activations.ts";
import { attend, joinHeads, splitHeads } from "../../nn/attention.ts";
import { normalInit, zeros } from "../../nn/init.ts";
import { layerNorm, linear } from "../../nn/linear.ts";
import type { Scope } from "../../nn/scope.ts";
import { runLastLayer, runLayers, tokenAt, type Layer } from "../../nn/transformer.ts";
import { needInput, type Model } from "../model.ts";
import { VisionTowerConfig } from "./embeddings.ts";
import { namedOutputs, type TowerOutputs } from "./outputs.ts";
import { embedPatches, type VisionInputOptions } from "./patches.ts";

/**
 * `config.json` of a ViT checkpoint: `ViTForImageClassification` or, without a classifier, `ViTModel`. Unknown keys are
 * kept.
 * @see Dosovitskiy et al. 2020, https://arxiv.org/abs/2010.11929
 */
export const VitConfig = VisionTowerConfig.extend({
  model_type: z.literal("vit").default("vit"),
  architectures: z.array(z.string()).default(["ViTForImageClassification"]),
  hidden_act: VisionTowerConfig.shape.hidden_act.unwrap().default("gelu"),
  layer_norm_eps: z.number().positive().default(1e-12),
  patch_size: z.int().positive().default(16), // pixels
  qkv_bias: z.boolean().default(true),
  /** Class names by number; there are as many classes as names. */
  id2label: z.record(z.string(), z.string()).default({ 0: "LABEL_0", 1: "LABEL_1" }),
});
export type VitConfig = z.infer<typeof VitConfig>;

/**
 * The Vision Transformer. Pools the class token after the final norm.
 * @param pixelValues `[batch, 3, image_size, image_size]` float32, normalised
 */
export function vit(
  scope: Scope,
  pixelValues: Tensor,
  config: VitConfig,
  options: VisionInputOptions = {},
): Required<TowerOutputs> {
  const layers = Array.from({ length: config.num_hidden_layers }, (_, i) =>
    vitLayer(scope.at("encoder.layer").at(i), config),
  );
  const hiddenStates = runLayers(layers, vitEmbeddings(scope.at("embeddings"), pixelValues, config, options));
  const finalNorm = (x: Tensor): Tensor => layerNorm(scope.at("layernorm"), x, config.layer_norm_eps);
  return {
    hiddenStates,
    lastHiddenState: finalNorm(hiddenStates.at(-1)!),
    pooled: finalNorm(runLastLayer(layers, hiddenStates, tokenAt(0))),
  };
}

function vitEmbeddings(scope: Scope, pixels: Tensor, config: VitConfig, options: VisionInputOptions): Tensor {
  const { hidden_size: width, num_channels, patch_size: patch, image_size: side } = config;
  const projection = scope.at("patch_embeddings.projection");
  const tokens = Math.floor(side / patch) ** 2 + 1;
  const init = normalInit(0.02);
  const parameters = {
    size: [side, side] as const,
    kernel: projection.param("weight", [width, num_channels, patch, patch], init),
    bias: projection.param("bias", [width], zeros),
    classToken: reshape(scope.param("cls_token", [1, 1, width], init), [width]),
    positions: reshape(scope.param("position_embeddings", [1, tokens, width], init), [tokens, width]),
  };
  return embedPatches(scope.path, pixels, parameters, options);
}

function vitLayer(scope: Scope, config: VitConfig): Layer {
  const { hidden_size: width, num_attention_heads: heads, intermediate_size, hidden_act, layer_norm_eps } = config;
  return (x, batch, mask, pick = (tokens) => tokens) => {
    const normed = layerNorm(scope.at("layernorm_before"), x, layer_norm_eps);
    const project = (name: string, from: Tensor): Tensor =>
      splitHeads(
        linear(scope.at("attention.attention").at(name), from, width, { bias: config.qkv_bias }),
        batch,
        heads,
      );
    const seen = attend(project("query", pick(normed)), project("key", normed), project("value", normed), mask);
    const attended = add(pick(x), linear(scope.at("attention.output.dense"), joinHeads(seen), width));
    const hidden = linear(
      scope.at("intermediate.dense"),
      layerNorm(scope.at("layernorm_after"), attended, layer_norm_eps),
      intermediate_size,
    );
    return add(attended, linear(scope.at("output.dense"), activations[hidden_act](hidden), width));
  };
}

/** ViT as its checkpoints have it, with a classifier or, for `ViTModel`, a pooler. */
export const vitModel: Model<VitConfig> = {
  config: VitConfig,
  renames: [{ from: /^(?=embeddings|encoder|layernorm|pooler)/, to: "vit." }], // ViTModel's own names
  forward(scope, inputs, config, options) {
    const tower = vit(scope.at("vit"), needInput(inputs, "pixel_values"), config, options);
    if (config.architectures.includes("ViTModel")) {
      const pooled = tanh(linear(scope.at("vit.pooler.dense"), tower.pooled, config.hidden_size));
      return namedOutputs({ ...tower, pooled });
    }
    const classes = Object.keys(config.id2label).length;
    const { hiddenStates, lastHiddenState } = tower;
    const logits = linear(scope.at("classifier"), tower.pooled, classes);
    return { logits, ...namedOutputs({ hiddenStates, lastHiddenState }) };
  },
};
