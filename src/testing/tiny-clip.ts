import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { input } from "../engine/ops/leaf.ts";
import { key } from "../engine/random.ts";
import { writeSafetensors } from "../io/safetensors.ts";
import { clipTokenizerConfig } from "../io/tokenizer/clip-scheme.ts";
import { trainBpe } from "../io/tokenizer/train-bpe.ts";
import { clip, ClipConfig } from "../models/contrastive/clip.ts";
import { initialize, Scope } from "../nn/scope.ts";

/** Side of its pictures in pixels. */
export const tinySide = 32;
/** Tokens of a text at most. */
export const tinyContext = 12;

const captions = ["a photo of a cat", "a photo of a dog", "a red owl", "a small fish", "고양이 사진", "물고기"];

/**
 * Writes a CLIP of random weights, with all files of a Hugging Face checkpoint, to a folder: for tests that compare two
 * readers of one model, whatever it knows.
 */
export async function writeTinyClip(folder: string, { dtype }: { readonly dtype?: "float16" } = {}): Promise<void> {
  const { tokenizerJson, vocabSize } = trainBpe(
    captions.flatMap((text) => [text, text]),
    { vocabSize: 560 },
  );
  const config = {
    architectures: ["CLIPModel"],
    model_type: "clip",
    projection_dim: 24,
    text_config: {
      model_type: "clip_text_model",
      hidden_size: 32,
      intermediate_size: 64,
      num_hidden_layers: 2,
      num_attention_heads: 4,
      vocab_size: vocabSize,
      max_position_embeddings: tinyContext,
      bos_token_id: vocabSize - 2,
      eos_token_id: vocabSize - 1,
      pad_token_id: vocabSize - 1,
    },
    vision_config: {
      model_type: "clip_vision_model",
      hidden_size: 40,
      intermediate_size: 80,
      num_hidden_layers: 3,
      num_attention_heads: 5,
      image_size: tinySide,
      patch_size: 8,
    },
  };
  const preprocessor = {
    image_processor_type: "CLIPImageProcessor",
    do_resize: true,
    size: { shortest_edge: tinySide },
    resample: 3,
    do_center_crop: true,
    crop_size: {
      height: tinySide,
      width: tinySide,
    },
    do_rescale: true,
    rescale_factor: 1 / 255,
    do_normalize: true,
    image_mean: [0.48, 0.46, 0.41],
    image_std: [0.27, 0.26, 0.28],
  };
  const files = {
    "config.json": config,
    "preprocessor_config.json": preprocessor,
    "tokenizer.json": tokenizerJson,
    "tokenizer_config.json": clipTokenizerConfig(tinyContext),
  };
  await mkdir(folder, { recursive: true });
  for (const [name, json] of Object.entries(files)) await writeFile(join(folder, name), JSON.stringify(json));
  const weights = writeSafetensors(randomWeights(config), undefined, dtype === undefined ? {} : { dtype });
  await writeFile(join(folder, "model.safetensors"), weights);
}

function randomWeights(config: unknown): ReturnType<typeof initialize> {
  const scope = Scope.root();
  const pixelValues = input("pixel_values", "float32", [1, 3, tinySide, tinySide]);
  clip(scope, { pixelValues, inputIds: input("input_ids", "int64", [1, tinyContext]) }, ClipConfig.parse(config));
  return initialize(scope.parameters, key(1));
}
