import type { EmojiCorpus } from "../data/emoji/corpus.ts";
import { prepareEmoji } from "../data/emoji/prepare.node.ts";
import { trainPairs } from "../data/emoji/splits.ts";
import { hostTensor } from "../engine/host-tensor.ts";
import { fold, key, uniform } from "../engine/random.ts";
import { clipTokenizerConfig } from "../io/tokenizer/clip-scheme.ts";
import { loadTokenizer, type TextTokenizer } from "../io/tokenizer/tokenizer.ts";
import { trainBpe } from "../io/tokenizer/train-bpe.ts";
import { contrastiveObjective } from "./contrastive.ts";
import { emojiBatches, type ContrastiveFeeds, type EmojiBatchOptions, type Encode } from "./emoji-batches.ts";
import { clipConfig, clipPixels, clipSideFiles } from "./model-files.ts";
import type { Recipe } from "./recipe.ts";
import type { Objective } from "./step.ts";
import type { Scope } from "../nn/scope.ts";
import type { TrainingTask } from "./task.ts";

/** Batches that the validation loss is the mean of. */
const validationBatches = 4;

/**
 * CLIP on the emoji corpus.
 * @throws {InputError} what {@link prepareEmoji} throws
 */
export async function emojiTask(
  { seed, data, model, batch, augmentation, loss }: Recipe,
  options: Parameters<typeof prepareEmoji>[0],
): Promise<TrainingTask> {
  const corpus = await prepareEmoji(options);
  const run = key(seed);
  const { tokenizerJson } = trainBpe(captionsOf(corpus), { vocabSize: model.vocabulary });
  const tokenizer = loadTokenizer(tokenizerJson, clipTokenizerConfig(model.context));
  const config = clipConfig(model, tokenizer);
  const encode = encoder(tokenizer);
  const draw = { ...model, ...batch, augmentation, captions: data.captions };

  const isKept = (index: number): boolean =>
    uniform(fold(run, "validation", corpus.concepts[corpus.pictures[index]!.concept]!.code), 1)[0]! < data.validation;
  const pictures = trainPairs(corpus);
  const batchAt = emojiBatches(
    corpus,
    pictures.filter((index) => !isKept(index)),
    encode,
    fold(run, "data"),
    draw,
  );
  const objective =
    (concepts: number) =>
    (scope: Scope): Objective =>
      contrastiveObjective(scope, config, { ...clipPixels, ...model, ...batch, ...loss, concepts });

  const kept = pictures.filter(isKept);
  const keptConcepts = new Set(kept.map((index) => corpus.pictures[index]!.concept)).size;
  const whole = { ...draw, concepts: keptConcepts, augmentation: {} };
  const keptAt = emojiBatches(corpus, kept, encode, fold(run, "validation"), whole);
  const feeds = [feedsFor(draw), feedsFor(draw)]; // one is filled while the graph reads the other
  return {
    config,
    files: clipSideFiles(model, tokenizerJson),
    objective: objective(batch.concepts),
    pictures: batch.concepts * batch.views,
    async *batches(after) {
      for (let step = after; ; step++) {
        const into = feeds[step % 2]!;
        batchAt(step, into);
        yield { ...into };
      }
    },
    ...(keptConcepts >= 2 && {
      validation: {
        objective: objective(keptConcepts),
        batches: Array.from({ length: validationBatches }, (_, i) => {
          const into = feedsFor(whole);
          keptAt(i, into);
          return { ...into };
        }),
      },
    }),
  };
}

const feedsFor = ({ concepts, views, side, context }: EmojiBatchOptions): ContrastiveFeeds => ({
  pixels: hostTensor("uint8", [concepts * views, 3, side, side]),
  input_ids: hostTensor("int64", [concepts, context]),
});

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
