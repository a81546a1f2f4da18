import { once } from "node:events";
import { availableParallelism, homedir } from "node:os";
import { lockDestination } from "../data/formats/lock-destination.node.ts";
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
  /**
   * When it aborts, the run writes a checkpoint and ends after the step under way. Before the first step it ends at once, or as soon as the
   * graph is compiled or has run its dry batch, and writes none; what of the data is under way is left to end by itself.
   */
  readonly signal?: AbortSignal;
  /** Told now and then how much of the data is prepared; not called if it was prepared before. */
  readonly onPrepare?: (done: number, total: number) => void;
}

/** How a run ended; `reused`: the folder held this very run, finished. */
export interface TrainResult {
  readonly status: "finished" | "interrupted" | "reused";
  /** Updates made. */
  readonly step: number;
  /** Those of them that were made, and kept, before. */
  readonly from: number;
  readonly folder: RunFolder;
}

/**
 * Runs a recipe, from its data to a folder with the trained model. A run that kept nothing, neither a checkpoint nor a
 * model, is begun anew.
 *
 * @throws {InputError} RUN_DIFFERS, RUN_UNFINISHED, DESTINATION_BUSY, FILE_NOT_WRITABLE, and what preparing the data and {@link trainTask} throw
 */
export async function* trainRecipe(
  recipe: Recipe,
  { out, cacheDir, hubDir, command, version, resume = false, device, threads, signal, onPrepare }: TrainRecipeOptions,
): AsyncGenerator<TrainEvent, TrainResult> {
  const folder = new RunFolder(out);
  const found = await folder.record();
  const checkpoints = await folder.checkpoints(recipe.checkpoint.keep).steps();
  const earlier = found?.status === "finished" || checkpoints.length > 0 ? found : undefined;
  const from = earlier?.status === "finished" ? earlier.step : (checkpoints.at(-1) ?? 0);
  if (earlier !== undefined) demandSame(earlier, recipe, { out, from, resume });
  if (earlier?.status === "finished") return { status: "reused", step: from, from, folder };
  await using _lock = await lockDestination(out);
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
  const preparing = taskOf(recipe, {
    cacheDir,
    hubDir: hubDir ?? hubSettings(process.env, homedir()).cacheDir,
    ...(onPrepare && { onProgress: onPrepare }),
    ...(signal && { signal }),
  });
  const task = await unlessAborted(preparing, signal);
  if (task === undefined) return { status: "interrupted", step: from, from, folder };
  await folder.writeRecord(record);
  const options = {
    folder,
    record,
    clock: () => performance.now(),
    ...(device && { device }),
    ...(signal && { signal }),
  };
  const step = yield* trainTask(task, recipe, options);
  return { status: step < recipe.steps ? "interrupted" : "finished", step, from, folder };
}

/** What work comes to, or `undefined` as soon as the signal aborts: then nobody waits for the work any more. */
async function unlessAborted<T>(work: Promise<T>, signal: AbortSignal | undefined): Promise<T | undefined> {
  if (signal === undefined) return work;
  const aborted = signal.aborted ? Promise.resolve() : once(signal, "abort");
  return Promise.race([work, aborted.then(() => undefined)]);
}

function taskOf({ data, ...recipe }: Recipe, options: Parameters<typeof emojiTask>[1]): Promise<TrainingTask> {
  return data.kind === "emoji" ? emojiTask({ ...recipe, data }, options) : pairsTask({ ...recipe, data }, options);
}

function demandSame(
  earlier: RunRecord,
  recipe: Recipe,
  { out, from, resume }: { readonly out: string; readonly from: number; readonly resume: boolean },
): void {
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
      `it holds a run that stopped after step ${from} of ${recipe.steps}`,
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
