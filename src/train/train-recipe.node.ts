import { availableParallelism, homedir } from "node:os";
import { hubSettings } from "../io/hub/settings.ts";
import { InputError } from "../platform/error.ts";
import type { Device } from "../platform/session.ts";
import { describeMachine } from "./machine.node.ts";
import type { Recipe } from "./recipe.ts";
import { RunFolder } from "./run-folder.node.ts";
import type { RunRecord } from "./run-record.ts";
import { emojiTask } from "./tasks/emoji-task.node.ts";
import { pairsTask } from "./tasks/pairs-task.node.ts";
import type { TrainingTask } from "./tasks/task.ts";
import { trainTask, type TrainEvent } from "./train-task.node.ts";

/** Where and how a recipe is run. */
export interface TrainRecipeOptions {
  /** The run folder; made if missing. */
  readonly out: string;
  /** Folder of prepared data. */
  readonly cacheDir: string;
  /** Cache of the models that were pulled, for recipes that start from one; Hugging Face's usual one if absent. */
  readonly hubDir?: string;
  /** The command, for the record. */
  readonly command: string;
  /** Version of Fovea, for the record. */
  readonly version: string;
  /** Go on with an unfinished run in `out`. */
  readonly resume?: boolean;
  readonly device?: Device;
  /** Threads inside one operator; if absent, as many as there are processors, or as the unfinished run had. */
  readonly threads?: number;
  /** When it aborts, the run writes a checkpoint and ends after the step under way. */
  readonly signal?: AbortSignal;
  /** Told now and then how much of the data is prepared; not called if it was prepared before. */
  readonly onPrepare?: (done: number, total: number) => void;
}

/** How a run ended; `reused`: the folder held this very run, finished. */
export interface TrainResult {
  readonly status: "finished" | "interrupted" | "reused";
  /** Updates made. */
  readonly step: number;
  readonly folder: RunFolder;
}

/**
 * Runs a recipe, from its data to a folder with the trained model.
 *
 * @throws {InputError} RUN_DIFFERS, RUN_UNFINISHED, and what preparing the data and {@link trainTask} throw
 */
export async function* trainRecipe(
  recipe: Recipe,
  { out, cacheDir, hubDir, command, version, resume = false, device, threads, signal, onPrepare }: TrainRecipeOptions,
): AsyncGenerator<TrainEvent, TrainResult> {
  const folder = new RunFolder(out);
  const earlier = await folder.record();
  if (earlier !== undefined) demandSame(earlier, recipe, out, resume);
  if (earlier?.status === "finished") return { status: "reused", step: earlier.step, folder };
  const record: RunRecord = earlier ?? {
    recipe,
    command,
    version,
    machine: describeMachine(),
    threads: threads ?? availableParallelism(),
    started: new Date().toISOString(),
    status: "training",
    step: 0,
    seconds: 0,
  };
  const task = await taskOf(recipe, {
    cacheDir,
    hubDir: hubDir ?? hubSettings(process.env, homedir()).cacheDir,
    ...(onPrepare && { onProgress: onPrepare }),
  });
  await folder.writeRecord(record);
  const options = {
    folder,
    record,
    clock: () => performance.now(),
    ...(device && { device }),
    ...(signal && { signal }),
  };
  const step = yield* trainTask(task, recipe, options);
  return { status: step < recipe.steps ? "interrupted" : "finished", step, folder };
}

function taskOf(
  { data, ...recipe }: Recipe,
  options: { readonly cacheDir: string; readonly hubDir: string },
): Promise<TrainingTask> {
  return data.kind === "emoji" ? emojiTask({ ...recipe, data }, options) : pairsTask({ ...recipe, data }, options);
}

function demandSame(earlier: RunRecord, recipe: Recipe, out: string, resume: boolean): void {
  const changed = differences(earlier.recipe, recipe);
  if (changed.length > 0)
    throw new InputError(
      "RUN_DIFFERS",
      out,
      `it holds a run of another recipe: ${changed.join(", ")}`,
      "choose another folder with --out, or remove this one",
    );
  if (earlier.status === "training" && !resume)
    throw new InputError(
      "RUN_UNFINISHED",
      out,
      `it holds a run that stopped after step ${earlier.step} of ${recipe.steps}`,
      "go on with --resume, choose another folder with --out, or remove this one",
    );
}

/** Paths at which two values differ, with both. */
function differences(was: unknown, is: unknown, path = ""): string[] {
  if (JSON.stringify(was) === JSON.stringify(is)) return [];
  if (typeof was !== "object" || typeof is !== "object" || was === null || is === null)
    return [`${path} was ${JSON.stringify(was)} and is ${JSON.stringify(is)}`];
  const [before, after] = [new Map(Object.entries(was)), new Map(Object.entries(is))];
  return [...new Set([...before.keys(), ...after.keys()])].flatMap((name) =>
    differences(before.get(name), after.get(name), path === "" ? name : `${path}.${name}`),
  );
}
