import { DropLedger } from "../../data/drop-ledger.ts";
import { openData } from "../../data/formats/open-data.node.ts";
import { batches, type Batch, type LoaderOptions } from "../../data/loader/batches.ts";
import type { PairSource } from "../../data/loader/pair-source.ts";
import { sampleSource } from "../../data/loader/sample-source.ts";
import type { OnDrop, Sample } from "../../data/sample.ts";
import { fold, key, uniform, type Key } from "../../engine/random.ts";
import { InputError } from "../../platform/error.ts";
import { contrastiveObjective, contrastiveTowers } from "../contrastive.ts";
import type { Recipe } from "../recipe.ts";
import type { Tensors } from "../step.ts";
import { ContrastiveFeeds } from "./feeds.ts";
import { patchChoice } from "./patch-choice.ts";
import { newModel, openModel, type StartingModel } from "./starting-model.node.ts";
import type { TaskBatch, TrainingTask } from "./task.ts";

/** A recipe for pictures and captions of one's own. */
export type PairsRecipe = Recipe & { readonly data: { readonly kind: "pairs" } };

/** Batches that the validation loss is the mean of. */
const validationBatches = 4;

/**
 * CLIP or SigLIP on pictures and captions of one's own, streamed.
 * @throws {InputError} RECIPE_INVALID if the recipe asks for several pictures of a pair, and what {@link openData} and {@link openModel} throw
 */
export async function pairsTask(recipe: PairsRecipe, { hubDir }: { readonly hubDir: string }): Promise<TrainingTask> {
  const { seed, data, from, batch, augmentation, loss } = recipe;
  if (batch.views !== 1)
    throw new InputError("RECIPE_INVALID", "batch.views", `${batch.views} pictures of a pair`, "set batch.views=1");
  const run = key(seed);
  const model =
    from === null
      ? await newModel(recipe, await captionsOf(data.path))
      : await openModel(from, recipe, { cacheDir: hubDir });
  const choice = patchChoice(recipe, model, batch.concepts, fold(run, "patches"));
  const size = { side: model.side, batchSize: batch.concepts };
  const shape = { ...batch, ...loss, ...choice?.option };
  return {
    files: model.files,
    ...(model.initial && { initial: model.initial }),
    objective: (scope) => contrastiveObjective(scope, model, shape),
    ...(batch.parts > 1 && {
      inParts: { parts: batch.parts, embed: (scope) => contrastiveTowers(scope, model, shape, batch.parts) },
    }),
    pictures: batch.concepts,
    async *batches(start, onNew) {
      const ledger = new DropLedger({ maxShare: data.maxDropped, onNew });
      const turns = [
        new ContrastiveFeeds(model, model.encode, batch),
        new ContrastiveFeeds(model, model.encode, batch),
      ];
      const options = { ...size, key: fold(run, "data"), augmentation, start, onDrop: ledger.drop };
      let turn = 0;
      for await (const loaded of batches(sourceOf(recipe, "training", ledger), options)) {
        const into = turns[(turn = 1 - turn)]!; // one is filled while the graph reads the other
        yield { feeds: fill(into, loaded).feeds(choice?.draw(loaded.at)), next: loaded.next } satisfies TaskBatch;
      }
    },
    ...(data.validation > 0 && {
      validation: {
        objective: (scope) => contrastiveObjective(scope, model, { ...batch, ...loss }),
        feeds: await validationFeeds(recipe, model, { ...size, key: fold(run, "validation") }),
      },
    }),
  };
}

/** The pairs that train, or those that are kept for validation: each pair's name decides. */
function sourceOf(
  { seed, data }: PairsRecipe,
  part: "training" | "validation",
  { keep, drop }: { readonly keep: () => void; readonly drop: OnDrop },
): PairSource<Sample> {
  const isKept = (name: string): boolean => uniform(fold(key(seed), "validation", name), 1)[0]! < data.validation;
  async function* open(order: Key): AsyncGenerator<Sample> {
    for await (const sample of openData(data.path, { onDrop: drop, shardOrder: order })) {
      if (isKept(sample.key) !== (part === "validation")) continue;
      keep();
      yield sample;
    }
  }
  return sampleSource(open, data.shuffle);
}

async function validationFeeds(recipe: PairsRecipe, model: StartingModel, options: LoaderOptions): Promise<Tensors[]> {
  const feeds: Tensors[] = [];
  const ignored = { keep: () => {}, drop: () => {} }; // the training counts what is left out
  for await (const loaded of batches(sourceOf(recipe, "validation", ignored), { ...options, ahead: 0 })) {
    feeds.push(fill(new ContrastiveFeeds(model, model.encode, recipe.batch), loaded).feeds());
    if (feeds.length === validationBatches) break;
  }
  return feeds;
}

function fill(into: ContrastiveFeeds, { pixels, captions }: Batch): ContrastiveFeeds {
  into.setPictures(pixels);
  for (const [row, caption] of captions.entries()) into.setText(row, caption);
  return into;
}

/** Texts that a new tokenizer learns from: all captions, up to a number that is enough for one. */
async function captionsOf(path: string): Promise<string[]> {
  const texts: string[] = [];
  for await (const { captions } of openData(path, { onDrop: () => {} })) {
    for (const { text } of captions) texts.push(text);
    if (texts.length >= 200_000) break;
  }
  return texts;
}
