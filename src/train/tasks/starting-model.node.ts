import { readCheckpoint } from "../../io/checkpoint.ts";
import { folderReader } from "../../io/folder.node.ts";
import { parseImageProcessor } from "../../io/image-processor/config.ts";
import { clipTokenizerConfig } from "../../io/tokenizer/clip-scheme.ts";
import { loadTokenizer, type TextTokenizer } from "../../io/tokenizer/tokenizer.ts";
import { trainBpe } from "../../io/tokenizer/train-bpe.ts";
import { openWordNetNouns } from "../../io/wordnet/wordnet.node.ts";
import { readWordVectors } from "../../io/word-vectors.node.ts";
import { findModel } from "../../models/built-in.node.ts";
import { clip, ClipConfig } from "../../models/contrastive/clip.ts";
import { siglip, SiglipConfig } from "../../models/contrastive/siglip.ts";
import { dualEncoder } from "../../models/dual-encoder.ts";
import { mimeticVision } from "../../nn/mimetic.ts";
import { key } from "../../engine/random.ts";
import { needModelJson, readModelJson } from "../../models/model-folder.ts";
import type { HostTensor } from "../../platform/session.ts";
import type { PairModel } from "../contrastive.ts";
import type { Recipe } from "../recipe.ts";
import type { Encode } from "./feeds.ts";
import { newConfig, pixelStatistics, sideFiles } from "./model-files.ts";
import { learnWords, type WordKnowledge } from "./word-knowledge.ts";
import { definitionOf } from "./word-relations.ts";

/** The model that a recipe trains, before its first step. */
export interface StartingModel extends PairModel {
  /** Files beside the weights, by name, as parsed JSON. */
  readonly files: Readonly<Record<string, unknown>>;
  readonly encode: Encode;
  /** Weights, if the model was trained before. */
  readonly initial?: ReadonlyMap<string, HostTensor>;
}

/**
 * A new model of the recipe's shape, whose tokenizer learns from `texts`.
 * @throws {InputError} PACKAGE_MISSING, PACKAGE_MALFORMED, WORDNET_MISSING, if the recipe asks for word vectors
 */
export async function newModel({ model, seed }: Recipe, texts: Iterable<string>): Promise<StartingModel> {
  const captions = [...texts];
  const words = model.words && (await knowWords(captions, model.words));
  const { tokenizerJson } = trainBpe(words?.texts ?? captions, { vocabSize: model.vocabulary });
  const tokenizer = loadTokenizer(tokenizerJson, clipTokenizerConfig(model.context));
  const config = newConfig(model, tokenizer);
  const embed = embedder(config);
  const transforms = [
    ...(words === null ? [] : [words.start(tokenizer)]),
    ...(model.attention === "mimetic" ? [mimeticVision(key(seed), "vision_model", model.vision.heads)] : []),
  ];
  return {
    side: model.side,
    context: model.context,
    pixels: pixelStatistics[model.family],
    embed: (scope, inputs) =>
      embed(
        transforms.reduce((place, transform) => place.with(transform), scope),
        inputs,
      ),
    files: { "config.json": config, ...sideFiles(model, tokenizerJson) },
    encode: cachedEncode(tokenizer, model.context),
  };
}

/** Knowledge of words from GloVe's vectors and from WordNet, which tells what things are. */
async function knowWords(
  captions: readonly string[],
  words: NonNullable<Recipe["model"]["words"]>,
): Promise<WordKnowledge> {
  const [vectors, nouns] = await Promise.all([readWordVectors(words.known), openWordNetNouns()]);
  const things = nouns.synsetOf(["physical entity"])!;
  const lexicon = {
    isThing: (word: string) => nouns.isKindOf(word, things),
    ...(words.definitions && { definition: (word: string) => definitionOf(nouns, things, word) }),
  };
  return learnWords(captions, vectors, lexicon, words);
}

/**
 * A model that was trained before: a folder in Hugging Face's format, the built-in one, or one that was pulled. Its files
 * stay what they are; texts are cut to the recipe's context where the family allows it.
 *
 * @throws {InputError} MODEL_NOT_FOUND, MODEL_FILE_MISSING, CONFIG_INVALID, and what reading its files throws
 */
export async function openModel(
  name: string,
  { model }: Recipe,
  hub: { readonly cacheDir: string },
): Promise<StartingModel> {
  const read = folderReader(await findModel(name, hub));
  const files: Record<string, unknown> = {};
  for (const file of ["config.json", "preprocessor_config.json", "tokenizer.json"])
    files[file] = await needModelJson(read, file);
  for (const file of ["tokenizer_config.json", "special_tokens_map.json"]) {
    const json = await readModelJson(read, file);
    if (json !== undefined) files[file] = json;
  }
  const { side, tokens } = await dualEncoder(files["config.json"], `${name}/config.json`);
  const context = tokens.padded ? tokens.atMost : Math.min(tokens.atMost, model.context);
  const tokenizer = loadTokenizer(files["tokenizer.json"], files["tokenizer_config.json"], `${name}/tokenizer.json`);
  const { mean, std } = parseImageProcessor(files["preprocessor_config.json"], `${name}/preprocessor_config.json`);
  const initial = new Map<string, HostTensor>();
  for await (const [path, tensor] of readCheckpoint(read)) initial.set(path, tensor);
  return {
    side,
    context,
    pixels: { mean, std },
    embed: embedder(files["config.json"]),
    files,
    encode: cachedEncode(tokenizer, context),
    initial,
  };
}

/** What the `config.json` of either family computes. */
function embedder(config: unknown): PairModel["embed"] {
  const isSiglip = SiglipConfig.safeParse(config);
  if (isSiglip.success) return (scope, inputs) => siglip(scope, inputs, isSiglip.data);
  const clipConfig = ClipConfig.parse(config);
  return (scope, inputs) => clip(scope, inputs, clipConfig);
}

/** Encodes each text once: captions come again in every epoch. */
function cachedEncode(tokenizer: TextTokenizer, context: number): Encode {
  const known = new Map<string, readonly number[]>();
  const padding = tokenizer.padId ?? tokenizer.eosId ?? 0;
  return (text) => {
    let ids = known.get(text);
    if (ids === undefined) {
      const own = tokenizer.encode(text, { maxLength: context });
      ids = [...own, ...Array<number>(context - own.length).fill(padding)];
      if (known.size < maxKnown) known.set(text, ids);
    }
    return ids;
  };
}

/** Texts whose ids are remembered: a few megabytes. */
const maxKnown = 50_000;
