import type { Batch } from "../../data/loader/batches.ts";
import type { EvenBatches, PlanOptions } from "../../data/loader/plan.ts";
import { fold, key } from "../../engine/random.ts";
import { InputError } from "../../platform/error.ts";
import { contrastiveObjective, contrastiveTowers } from "../contrastive.ts";
import type { Tensors } from "../step.ts";
import { ContrastiveFeeds } from "./feeds.ts";
import { countPairs, pairBatches, pairTexts, type PairsRecipe } from "./pair-batches.node.ts";
import { patchChoice } from "./patch-choice.ts";
import { newModel, openModel, type StartingModel } from "./starting-model.node.ts";
import type { TaskBatch, TrainingTask } from "./task.ts";

/** Batches that the validation loss is the mean of. */
const validationBatches = 4;

/**
 * CLIP or SigLIP on pictures and captions of one's own, streamed.
 * @throws {InputError} DATA_TOO_SMALL if the pairs do not fill a batch, and what reading the data and {@link openModel} throw
 */
export async function pairsTask(recipe: PairsRecipe, { hubDir }: { readonly hubDir: string }): Promise<TrainingTask> {
  const { seed, data, from, batch, augmentation, loss } = recipe;
  const count = await countPairs(recipe, "training", batch.concepts);
  if (count < batch.concepts)
    throw new InputError(
      "DATA_TOO_SMALL",
      data.path,
      `${count} of its pairs train, fewer than a batch of ${batch.concepts}`,
      `set batch.concepts=${Math.max(2, 2 ** Math.floor(Math.log2(Math.max(1, count / 2))))}, or give more data`,
    );
  const kept = data.validation > 0 ? await countPairs(recipe, "validation", batch.concepts) : 0;
  if (data.validation > 0 && kept < 2)
    throw new InputError(
      "DATA_TOO_SMALL",
      data.path,
      `${kept} of its pairs are kept for validation, which needs two`,
      "set a larger data.validation, or 0 for none",
    );
  const ofValidation = { concepts: kept, views: 1 }; // as large a batch as in training, if there are as many
  const run = key(seed);
  const model =
    from === null
      ? await newModel(recipe, await pairTexts(data.path))
      : await openModel(from, recipe, { cacheDir: hubDir });
  const choice = patchChoice(recipe, model, batch.concepts, fold(run, "patches"));
  const size = { side: model.side, batchSize: batch.concepts };
  const { kindred: _, ...weights } = loss; // the recipe allows it on emoji alone
  const shape = { ...batch, ...weights, ...choice?.option };
  return {
    files: model.files,
    ...(model.initial && { initial: model.initial }),
    objective: (scope) => contrastiveObjective(scope, model, shape),
    ...(batch.parts > 1 && {
      inParts: { parts: batch.parts, embed: (scope) => contrastiveTowers(scope, model, shape, batch.parts) },
    }),
    pictures: batch.concepts,
    maxDropped: data.maxDropped,
    async *batches(start, ledger) {
      const turns = [
        new ContrastiveFeeds(model, model.encode, batch),
        new ContrastiveFeeds(model, model.encode, batch),
      ];
      const options = { ...size, key: fold(run, "data"), augmentation, start, reuse: true }; // feeds copy the pictures
      let turn = 0;
      for await (const loaded of pairBatches(recipe, "training", ledger, options)) {
        const into = turns[(turn = 1 - turn)]!; // one is filled while the graph reads the other
        yield { feeds: fill(into, loaded).feeds(choice?.draw(loaded.at)), next: loaded.next } satisfies TaskBatch;
      }
    },
    ...(kept > 0 && {
      validation: {
        objective: (scope) => contrastiveObjective(scope, model, { ...ofValidation, ...weights }),
        feeds: await validationFeeds(recipe, model, {
          side: model.side,
          batchSize: kept,
          key: fold(run, "validation"),
        }),
      },
    }),
  };
}

async function validationFeeds(
  recipe: PairsRecipe,
  model: StartingModel,
  options: EvenBatches & PlanOptions,
): Promise<Tensors[]> {
  const feeds: Tensors[] = [];
  const ignored = { keep: () => {}, drop: () => {} }; // the training counts what is left out
  for await (const loaded of pairBatches(recipe, "validation", ignored, { ...options, ahead: 0 })) {
    feeds.push(
      fill(new ContrastiveFeeds(model, model.encode, { concepts: options.batchSize, views: 1 }), loaded).feeds(),
    );
    if (feeds.length === validationBatches) break;
  }
  return feeds;
}

function fill(into: ContrastiveFeeds, { pixels, captions }: Batch): ContrastiveFeeds {
  into.setPictures(pixels);
  for (const [row, caption] of captions.entries()) into.setText(row, caption);
  return into;
}
