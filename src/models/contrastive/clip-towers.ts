import * as z from "zod";
import { normalInit } from "../../nn/init.ts";
import { linear } from "../../nn/linear.ts";
import { needInput, type Model } from "../model.ts";
import { textOptions, TextTowerConfig, VisionTowerConfig } from "../towers/embeddings.ts";
import { namedOutputs } from "../towers/outputs.ts";
import { clipTextTower, clipVisionTower } from "./clip.ts";

/** CLIP's towers as checkpoints of their own, with or without the projection into the common space. */

const alone = {
  /** The class that wrote the checkpoint: a name with `WithProjection` has one. */
  architectures: z.array(z.string()).default([]),
  projection_dim: z.int().positive().default(512),
};

/** `config.json` of a `CLIPTextModel` or `CLIPTextModelWithProjection`. */
export const ClipTextConfig = TextTowerConfig.extend({
  ...alone,
  model_type: z.literal("clip_text_model").default("clip_text_model"),
});
export type ClipTextConfig = z.infer<typeof ClipTextConfig>;

/** `config.json` of a `CLIPVisionModel` or `CLIPVisionModelWithProjection`. */
export const ClipVisionConfig = VisionTowerConfig.extend({
  ...alone,
  model_type: z.literal("clip_vision_model").default("clip_vision_model"),
});
export type ClipVisionConfig = z.infer<typeof ClipVisionConfig>;

const hasProjection = ({ architectures }: ClipTextConfig | ClipVisionConfig): boolean =>
  architectures.some((name) => name.endsWith("WithProjection"));

/** CLIP's text tower alone. */
export const clipTextModel: Model<ClipTextConfig> = {
  config: ClipTextConfig,
  renames: [{ from: /^(?=embeddings|encoder|final_layer_norm)/, to: "text_model." }], // as transformers 5 writes them
  buffers: /\.position_ids$/,
  forward(scope, inputs, config) {
    const inputIds = needInput(inputs, "input_ids");
    const tower = clipTextTower(scope.at("text_model"), inputIds, config, textOptions(inputs));
    if (!hasProjection(config)) return namedOutputs(tower);
    const options = { bias: false, init: normalInit(config.hidden_size ** -0.5) };
    const text_embeds = linear(scope.at("text_projection"), tower.pooled, config.projection_dim, options);
    return { text_embeds, ...namedOutputs(tower) };
  },
};

/** CLIP's picture tower alone. */
export const clipVisionModel: Model<ClipVisionConfig> = {
  config: ClipVisionConfig,
  renames: [{ from: /^(?=embeddings|encoder|pre_layrnorm|post_layernorm)/, to: "vision_model." }],
  buffers: /\.position_ids$/,
  forward(scope, inputs, config, options) {
    const pixelValues = needInput(inputs, "pixel_values");
    const tower = clipVisionTower(scope.at("vision_model"), pixelValues, config, options);
    if (!hasProjection(config)) return namedOutputs(tower);
    const settings = { bias: false, init: normalInit(config.hidden_size ** -0.5) };
    const image_embeds = linear(scope.at("visual_projection"), tower.pooled, config.projection_dim, settings);
    return { image_embeds, ...namedOutputs(tower) };
  },
};
