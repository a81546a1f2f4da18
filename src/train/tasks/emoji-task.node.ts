import type { EmojiCorpus } from "../../data/emoji/corpus.ts";
import { prepareEmoji } from "../../data/emoji/prepare.node.ts";
import { trainPairs } from "../../data/emoji/splits.ts";
import type { Position } from "../../data/loader/plan.ts";
import { fold, key, uniform } from "../../engine/random.ts";
import { readWordVectors } from "../../io/word-vectors.node.ts";
import { InputError } from "../../platform/error.ts";
import { contrastiveObjective, contrastiveTowers } from "../contrastive.ts";
import type { Recipe } from "../recipe.ts";
import { emojiBatches } from "./emoji-batches.ts";
import { ContrastiveFeeds } from "./feeds.ts";
import { patchChoice } from "./patch-choice.ts";
import { newModel, openModel, type StartingModel } from "./starting-model.node.ts";
import { wordMeanings } from "./word-meanings.ts";
import type { TaskBatch, TrainingTask } from "./task.ts";

/** A recipe for the emoji corpus. */
export type EmojiRecipe = Recipe & { readonly data: { readonly kind: "emoji" } };

/** Batches that the validation loss is the mean of. */
const validationBatches = 4;

/**
 * CLIP or SigLIP on the emoji corpus.
 * @throws {InputError} DATA_TOO_SMALL, and what {@link prepareEmoji} and {@link openModel} throw
 */
export async function emojiTask(
  recipe: EmojiRecipe,
  options: Parameters<typeof prepareEmoji>[0] & { readonly hubDir: string },
): Promise<TrainingTask> {
  const { seed, data, from, batch, augmentation, loss } = recipe;
  const corpus = await prepareEmoji(options);
  const model =
    from === null
      ? await newModel(recipe, captionsOf(corpus))
      : await openModel(from, recipe, { cacheDir: options.hubDir });
  const run = key(seed);
  const isKept = (index: number): boolean =>
    uniform(fold(run, "validation", corpus.concepts[corpus.pictures[index]!.concept]!.code), 1)[0]! < data.validation;
  const pictures = trainPairs(corpus);
  const training = pictures.filter((index) => !isKept(index));
  const choice = patchChoice(recipe, model, batch.concepts * batch.views, fold(run, "patches"));
  const meanings = loss.kindred && (await meaningsOf(corpus));
  const drawing = { ...batch, ...data, augmentation, ...(meanings && { meanings }) };
  const { perEpoch, write } = emojiBatches(corpus, training, fold(run, "data"), drawing);
  if (perEpoch === 0)
    throw new InputError(
      "DATA_TOO_SMALL",
      "emoji corpus",
      `it has fewer concepts than a batch of ${batch.concepts}`,
      "lower batch.concepts",
    );
  const { kindred, ...weights } = loss;
  const soft = kindred && meanings && { kindred: { ...kindred, width: meanings[0]!.length } };
  const shape = { ...batch, ...weights, ...choice?.option, ...soft };
  return {
    files: model.files,
    ...(model.initial && { initial: model.initial }),
    objective: (scope) => contrastiveObjective(scope, model, shape),
    ...(batch.parts > 1 && {
      inParts: { parts: batch.parts, embed: (scope) => contrastiveTowers(scope, model, shape, batch.parts) },
    }),
    pictures: batch.concepts * batch.views,
    async *batches(start) {
      const turns = [
        new ContrastiveFeeds(model, model.encode, shape),
        new ContrastiveFeeds(model, model.encode, shape),
      ];
      let at = start;
      for (let turn = 0; ; turn = 1 - turn) {
        const into = turns[turn]!; // one is filled while the graph reads the other
        write(at, into);
        const feeds = into.feeds(choice?.draw(at));
        at = nextPosition(at, perEpoch);
        yield { feeds, next: at } satisfies TaskBatch;
      }
    },
    ...validationOf(recipe, corpus, model, pictures.filter(isKept)),
  };
}

const nextPosition = ({ epoch, batch }: Position, perEpoch: number): Position =>
  batch + 1 < perEpoch ? { epoch, batch: batch + 1 } : { epoch: epoch + 1, batch: 0 };

/** All kept concepts in one batch, whole pictures, each concept its own only right answer: several draws of styles and captions. */
function validationOf(
  { seed, data, batch: { views }, loss: { kindred: _, ...loss } }: EmojiRecipe,
  corpus: EmojiCorpus,
  model: StartingModel,
  pictures: readonly number[],
): Pick<TrainingTask, "validation"> {
  const concepts = new Set(pictures.map((index) => corpus.pictures[index]!.concept)).size;
  if (concepts < 2) return {};
  const shape = { concepts, views };
  const { write } = emojiBatches(corpus, pictures, fold(key(seed), "validation"), {
    ...shape,
    ...data,
    augmentation: {},
  });
  const feeds = Array.from({ length: validationBatches }, (_, epoch) => {
    const into = new ContrastiveFeeds(model, model.encode, shape);
    write({ epoch, batch: 0 }, into);
    return into.feeds();
  });
  return { validation: { objective: (scope) => contrastiveObjective(scope, model, { ...loss, ...shape }), feeds } };
}

/** What the tokenizer learns from: every text of the training concepts. */
function* captionsOf({ concepts }: EmojiCorpus): Generator<string> {
  for (const { heldOut, label, tags } of concepts)
    if (!heldOut) for (const language of ["en", "ko"] as const) yield* [label[language], ...tags[language]];
}

/** What the training concepts mean by the words of their names and tags; names count twice. */
async function meaningsOf({ concepts }: EmojiCorpus): Promise<Float32Array[]> {
  const words = concepts.map(({ heldOut, label, tags }) => (heldOut ? "" : [label.en, label.en, ...tags.en].join(" ")));
  return wordMeanings(words, await readWordVectors(knownWords));
}

/** Most frequent words whose vectors tell what concepts mean. */
const knownWords = 80_000;
