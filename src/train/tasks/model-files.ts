import { clipTokenizerConfig, endOfText, startOfText } from "../../io/tokenizer/clip-scheme.ts";
import type { TextTokenizer } from "../../io/tokenizer/tokenizer.ts";
import type { PixelStatistics } from "../contrastive.ts";
import type { Recipe } from "../recipe.ts";

/** The JSON files that stand beside the weights of a new model, as Hugging Face writes them. */

type ModelRecipe = Recipe["model"];
type Json = Readonly<Record<string, unknown>>;

/** Mean and deviation by which each family normalises pictures: CLIP by its training pictures', SigLIP to -1 to 1. */
export const pixelStatistics: Readonly<Record<ModelRecipe["family"], PixelStatistics>> = {
  clip: { mean: [0.48145466, 0.4578275, 0.40821073], std: [0.26862954, 0.26130258, 0.27577711] },
  siglip: { mean: [0.5, 0.5, 0.5], std: [0.5, 0.5, 0.5] },
};

/** `config.json` of a new model. */
export function newConfig(model: ModelRecipe, { vocabSize, bosId, eosId, padId }: TextTokenizer): Json {
  const tower = ({ width, layers, heads }: ModelRecipe["vision"]): Json => ({
    hidden_size: width,
    intermediate_size: 4 * width,
    num_hidden_layers: layers,
    num_attention_heads: heads,
  });
  const text = {
    ...tower(model.text),
    vocab_size: vocabSize,
    max_position_embeddings: model.context,
    bos_token_id: bosId,
    eos_token_id: eosId,
    pad_token_id: padId,
  };
  const vision = { ...tower(model.vision), image_size: model.side, patch_size: model.patch };
  if (model.family === "siglip")
    return {
      architectures: ["SiglipModel"],
      model_type: "siglip",
      text_config: { ...text, model_type: "siglip_text_model", projection_size: model.vision.width },
      vision_config: { ...vision, model_type: "siglip_vision_model" },
    };
  return {
    architectures: ["CLIPModel"],
    model_type: "clip",
    projection_dim: model.embed,
    logit_scale_init_value: Math.log(model.scale),
    text_config: { ...text, model_type: "clip_text_model", projection_dim: model.embed },
    vision_config: { ...vision, model_type: "clip_vision_model", projection_dim: model.embed },
  };
}

/** The files of tokenizer and image processor, by name. */
export const sideFiles = ({ family, side, context }: ModelRecipe, tokenizerJson: Json): Json => ({
  "tokenizer.json": tokenizerJson,
  "tokenizer_config.json": clipTokenizerConfig(context),
  "special_tokens_map.json": {
    bos_token: startOfText,
    eos_token: endOfText,
    pad_token: endOfText,
    unk_token: endOfText,
  },
  "preprocessor_config.json": {
    ...imageProcessors[family](side),
    do_convert_rgb: true,
    do_resize: true,
    resample: 3, // bicubic
    do_rescale: true,
    rescale_factor: 1 / 255,
    do_normalize: true,
    image_mean: pixelStatistics[family].mean,
    image_std: pixelStatistics[family].std,
  },
});

const imageProcessors: Readonly<Record<ModelRecipe["family"], (side: number) => Json>> = {
  clip: (side) => ({
    image_processor_type: "CLIPImageProcessor",
    size: { shortest_edge: side },
    do_center_crop: true,
    crop_size: { height: side, width: side },
  }),
  siglip: (side) => ({ image_processor_type: "SiglipImageProcessor", size: { height: side, width: side } }),
};
