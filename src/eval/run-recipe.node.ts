import { readFile } from "node:fs/promises";
import { folderReader } from "../io/folder.node.ts";
import { fileSize } from "../io/hub/cache.node.ts";
import { exportOnnx, type WrittenFile } from "../models/export.node.ts";
import type { Recipe } from "../train/recipe.ts";
import type { RunFolder } from "../train/run-folder.node.ts";
import { trainRecipe, type TrainRecipeOptions, type TrainResult } from "../train/train-recipe.node.ts";
import type { TrainEvent } from "../train/train-task.node.ts";
import { Embedder } from "./embedder.ts";
import { isScored, reportRun } from "./report-run.node.ts";
import { parseScores } from "./score-file.ts";
import type { ScoreTable } from "./scores.ts";

/** What happens in a run from training to the report. */
export type RunEvent =
  TrainEvent | { readonly kind: "exported"; readonly files: readonly WrittenFile[] } | { readonly kind: "scoring" };

/** How a run ended. */
export interface RunResult extends TrainResult {
  /** Absent if the run was interrupted. */
  readonly scores?: ScoreTable;
}

/**
 * Trains by a recipe, exports the model, scores it on pictures that it never saw and writes the report: everything that
 * a run folder holds. What an earlier call finished is reused.
 *
 * @throws what {@link trainRecipe}, {@link exportOnnx} and {@link reportRun} throw
 */
export async function* runRecipe(recipe: Recipe, options: TrainRecipeOptions): AsyncGenerator<RunEvent, RunResult> {
  const result = yield* trainRecipe(recipe, options);
  if (result.status === "interrupted") return result;
  const { folder } = result;
  const earlier = await reportedScores(folder);
  if (earlier !== undefined) return { ...result, scores: earlier };
  yield { kind: "exported", files: await exportOnnx(folder.path) };
  if (isScored(recipe)) yield { kind: "scoring" };
  const { threads, cacheDir } = options;
  await using embedder = await Embedder.open(folderReader(folder.path), { batch: 128, ...(threads && { threads }) });
  return { ...result, scores: await reportRun(folder, embedder, cacheDir) };
}

/** The scores of a run whose report, which is written last, is there. */
async function reportedScores(folder: RunFolder): Promise<ScoreTable | undefined> {
  if ((await fileSize(folder.at("report.html"))) === undefined) return undefined;
  return parseScores(await readFile(folder.at("scores.json"), "utf8").catch(() => ""));
}
