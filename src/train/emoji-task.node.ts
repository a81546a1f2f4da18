import type { EmojiCorpus } from "../data/emoji/corpus.ts";
import { prepareEmoji } from "../data/emoji/prepare.node.ts";
import { trainPairs } from "../data/emoji/splits.ts";
import { hostTensor } from "../engine/host-tensor.ts";
import { fold, key, uniform } from "../engine/random.ts";
import { clipTokenizerConfig, endOfText, startOfText } from "../io/tokenizer/clip-scheme.ts";
import { loadTokenizer, type TextTokenizer } from "../io/tokenizer/tokenizer.ts";
import { trainBpe } from "../io/tokenizer/train-bpe.ts";
import { ClipConfig } from "../models/contrastive/clip.ts";
import { contrastiveObjective } from "./contrastive.ts";
import { emojiBatches, type ContrastiveFeeds, type Encode } from "./emoji-batches.ts";
import type { Recipe } from "./recipe.ts";
import type { TrainingTask } from "./task.ts";

/** Mean and deviation that CLIP's pictures are normalised with. */
const pixelStatistics = {
  mean: [0.48145466, 0.4578275, 0.40821073],
  std: [0.26862954, 0.26130258, 0.27577711],
} as const;

/** Where prepared data is kept, and who hears of the preparation. */
export interface PrepareOptions {
  readonly cacheDir: string;
  readonly onProgress?: (done: number, total: number) => void;
}

/** CLIP on the emoji corpus. */
export async function emojiTask(recipe: Recipe, { cacheDir, onProgress }: PrepareOptions): Promise<TrainingTask> {
  const { data, model, batch, augmentation, loss } = recipe;
  const corpus = await prepareEmoji({ cacheDir, ...(onProgress && { onProgress }) });
  const run = key(recipe.seed);
  const { tokenizerJson, vocabSize } = trainBpe(captionsOf(corpus), { vocabSize: model.vocabulary });
  const tokenizerConfig = clipTokenizerConfig(model.context);
  const tokenizer = loadTokenizer(tokenizerJson, tokenizerConfig);
  const isKept = (concept: number): boolean =>
    uniform(fold(run, "validation", corpus.concepts[concept]!.code), 1)[0]! < data.validation;
  const pairs = trainPairs(corpus);
  const draw = {
    ...{ views: batch.views, side: model.side, context: model.context, augmentation, captions: data.captions },
    concepts: batch.concepts,
  };
  const batchAt = emojiBatches(
    corpus,
    pairs.filter((index) => !isKept(corpus.pictures[index]!.concept)),
    encoder(tokenizer),
    fold(run, "data"),
    draw,
  );
  const feeds = (): ContrastiveFeeds => ({
    pixels: hostTensor("uint8", [batch.concepts * batch.views, 3, model.side, model.side]),
    input_ids: hostTensor("int64", [batch.concepts, model.context]),
  });
  const buffers = [feeds(), feeds()]; // one is filled while the graph reads the other
  return {
    config: configOf(recipe, vocabSize, tokenizer.eosId!),
    files: {
      "tokenizer.json": tokenizerJson,
      "tokenizer_config.json": tokenizerConfig,
      "special_tokens_map.json": specialTokens,
      "preprocessor_config.json": preprocessorConfig(model.side),
    },
    objective: (scope) =>
      contrastiveObjective(scope, configOf(recipe, vocabSize, tokenizer.eosId!), {
        ...pixelStatistics,
        concepts: batch.concepts,
        views: batch.views,
        context: model.context,
        labelSmoothing: loss.labelSmoothing,
        imageWeight: loss.images,
      }),
    pictures: batch.concepts * batch.views,
    async *batches(after) {
      for (let step = after; ; step++) {
        const into = buffers[step % 2]!;
        batchAt(step, into);
        yield { ...into };
      }
    },
    validation: [],
  };
}

/** What the tokenizer learns from: every text of the training concepts. */
function* captionsOf({ concepts }: EmojiCorpus): Generator<string> {
  for (const { heldOut, label, tags } of concepts)
    if (!heldOut) for (const language of ["en", "ko"] as const) yield* [label[language], ...tags[language]];
}

/** Encodes each text once: captions come again in every epoch. */
function encoder(tokenizer: TextTokenizer): Encode {
  const known = new Map<string, readonly number[]>();
  return (text, context) => {
    let ids = known.get(text);
    if (ids === undefined) {
      const own = tokenizer.encode(text, { maxLength: context });
      ids = [...own, ...Array<number>(context - own.length).fill(tokenizer.padId!)];
      known.set(text, ids);
    }
    return ids;
  };
}

function configOf({ model }: Recipe, vocabSize: number, eosId: number): ClipConfig {
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
    text_config: {
      ...tower(model.text),
      model_type: "clip_text_model",
      vocab_size: vocabSize,
      max_position_embeddings: model.context,
      bos_token_id: eosId - 1,
      eos_token_id: eosId,
      pad_token_id: eosId,
    },
    vision_config: {
      ...tower(model.vision),
      model_type: "clip_vision_model",
      image_size: model.side,
      patch_size: model.patch,
    },
  });
}

const specialTokens = {
  bos_token: startOfText,
  eos_token: endOfText,
  pad_token: endOfText,
  unk_token: endOfText,
};

const preprocessorConfig = (side: number): Readonly<Record<string, unknown>> => ({
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
  image_mean: pixelStatistics.mean,
  image_std: pixelStatistics.std,
});
