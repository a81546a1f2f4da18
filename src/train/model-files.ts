import { clipTokenizerConfig, endOfText, startOfText } from "../io/tokenizer/clip-scheme.ts";
import type { TextTokenizer } from "../io/tokenizer/tokenizer.ts";
import { ClipConfig } from "../models/contrastive/clip.ts";
import type { PixelStatistics } from "./contrastive.ts";
import type { Recipe } from "./recipe.ts";

/** The JSON files that stand beside a model's weights, as Hugging Face's CLIP writes them. */

/** Mean and deviation of CLIP's training pictures, by which it normalises all pictures. */
export const clipPixels: PixelStatistics = {
  mean: [0.48145466, 0.4578275, 0.40821073],
  std: [0.26862954, 0.26130258, 0.27577711],
};

/** `config.json` of a recipe's model. */
export function clipConfig(model: Recipe["model"], { vocabSize, bosId, eosId, padId }: TextTokenizer): ClipConfig {
  const tower = ({ width, layers, heads }: Recipe["model"]["vision"]) => ({
    hidden_size: width,
    intermediate_size: 4 * width,
    num_hidden_layers: layers,
    num_attention_heads: heads,
    projection_dim: model.embed,
  });
  return ClipConfig.parse({
    architectures: ["CLIPModel"],
    model_type: "clip",
    projection_dim: model.embed,
    logit_scale_init_value: Math.log(model.scale),
    text_config: {
      ...tower(model.text),
      model_type: "clip_text_model",
      vocab_size: vocabSize,
      max_position_embeddings: model.context,
      bos_token_id: bosId,
      eos_token_id: eosId,
      pad_token_id: padId,
    },
    vision_config: {
      ...tower(model.vision),
      model_type: "clip_vision_model",
      image_size: model.side,
      patch_size: model.patch,
    },
  });
}

/** The tokenizer's and the image processor's files, by name. */
export const clipSideFiles = (
  { side, context }: Recipe["model"],
  tokenizerJson: Readonly<Record<string, unknown>>,
): Readonly<Record<string, unknown>> => ({
  "tokenizer.json": tokenizerJson,
  "tokenizer_config.json": clipTokenizerConfig(context),
  "special_tokens_map.json": {
    bos_token: startOfText,
    eos_token: endOfText,
    pad_token: endOfText,
    unk_token: endOfText,
  },
  "preprocessor_config.json": {
    image_processor_type: "CLIPImageProcessor",
    do_convert_rgb: true,
    do_resize: true,
    size: { shortest_edge: side },
    resample: 3, // bicubic
    do_center_crop: true,
    crop_size: { height: side, width: side },
    do_rescale: true,
    rescale_factor: 1 / 255,
    do_normalize: true,
    image_mean: clipPixels.mean,
    image_std: clipPixels.std,
  },
});
