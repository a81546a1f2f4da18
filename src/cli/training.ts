import { runRecipe, type RunEvent, type RunResult } from "../eval/run-recipe.node.ts";
import { renderScores } from "../eval/scores.ts";
import type { Device } from "../platform/session.ts";
import type { Recipe } from "../train/recipe.ts";
import { commandLine } from "./command-line.ts";
import { Interrupted } from "./failure.ts";
import { interruptSignal } from "./interrupt.ts";
import { dataCache, hub } from "./options.ts";
import type { Progress } from "./progress.ts";
import { print, printJson, showProgress } from "./terminal.ts";
import { fovea } from "../platform/node/package.ts";

/** Options of the commands that train. */
export interface TrainingOptions {
  readonly out: string;
  readonly resume: boolean;
  readonly device?: Device;
  readonly threads?: number;
  readonly json: boolean;
}

/**
 * Runs a recipe, shows how far it is, and prints the scores.
 * @throws {Interrupted}
 */
export async function runTraining(recipe: Recipe, { json, ...options }: TrainingOptions): Promise<RunResult> {
  const view = new TrainingView(recipe, json);
  const run = runRecipe(recipe, {
    ...options,
    signal: interruptSignal(),
    cacheDir: dataCache(),
    hubDir: hub().cacheDir,
    command: commandLine(),
    version: fovea().version,
    onPrepare: (done, total) => view.prepare(done, total),
  });
  const result = await drain(run, (event) => view.show(event)).finally(() => view.done());
  if (result.status === "interrupted") throw new Interrupted(interruption(result, recipe.steps, options.resume));
  if (json) printJson({ status: result.status, folder: result.folder.path, step: result.step, scores: result.scores });
  else print(...scoreLines(result));
  return result;
}

/** What an interrupted run keeps, and how to go on; `isResumed`: the command goes on with a run by itself. */
function interruption({ step, from }: RunResult, steps: number, isResumed: boolean): string {
  if (step === 0) return "interrupted: nothing was trained yet; start again with the same command";
  const kept =
    step > from
      ? `interrupted after step ${step} of ${steps}: a checkpoint is written`
      : `interrupted: nothing was trained since the checkpoint of step ${step} of ${steps}`;
  return `${kept}; go on with the same command${isResumed ? "" : " and --resume"}`;
}

/** Hands each event on, and returns what the generator returns. */
async function drain<E, R>(events: AsyncGenerator<E, R>, onEvent: (event: E) => void): Promise<R> {
  for (;;) {
    const next = await events.next();
    if (next.done === true) return next.value;
    onEvent(next.value);
  }
}

/** Shows the parts of a run one after the other. */
class TrainingView {
  readonly #recipe: Recipe;
  readonly #json: boolean;
  #part: { readonly name: string; readonly progress: Progress } | undefined;

  constructor(recipe: Recipe, json: boolean) {
    this.#recipe = recipe;
    this.#json = json;
  }

  prepare(done: number, total: number): void {
    this.#progress("prepare", total).update(done, { items: done });
  }

  show(event: RunEvent): void {
    const train = (): Progress => this.#progress("train", this.#recipe.steps);
    switch (event.kind) {
      case "compiled":
        train().note(
          `${this.#recipe.name}: ${millions(event.weights)} weights, compiled in ${seconds(event.milliseconds)}`,
        );
        break;
      case "resumed":
        train().note(`going on from step ${event.step}`);
        break;
      case "step": {
        const { step, measured } = event.report;
        train().update(step, { items: step * event.pictures, values: { loss: measured.loss } });
        break;
      }
      case "validation":
        train().note(`step ${event.step}: validation loss ${event.loss.toFixed(3)}`);
        break;
      case "remark":
        train().note(
          `${event.remark.level} at step ${event.remark.step}: ${event.remark.message}\n  mend: ${event.remark.action}`,
        );
        break;
      case "checkpoint":
        break;
      case "exported":
        this.#say(`exported ${event.files.map(({ path }) => path).join(" and ")}`);
        break;
      case "scoring":
        this.#say("scoring on pictures that were never trained on");
        break;
    }
  }

  done(): void {
    this.#part?.progress.done();
    this.#part = undefined;
  }

  /** Says something between two parts. */
  #say(line: string): void {
    this.done();
    if (!this.#json) process.stderr.write(`${line}\n`);
  }

  #progress(name: string, total?: number): Progress {
    if (this.#part?.name !== name) {
      this.done();
      this.#part = { name, progress: showProgress(name, "pictures", this.#json, total) };
    }
    return this.#part.progress;
  }
}

const millions = (count: number): string => `${(count / 1e6).toFixed(1)} M`;
const seconds = (milliseconds: number): string => `${(milliseconds / 1000).toFixed(1)} s`;

function scoreLines({ status, folder, scores = [] }: RunResult): string[] {
  const table = scores.length > 0 ? renderScores(scores, "text").trimEnd() : undefined;
  return [
    ...(status === "reused" ? [`${folder.path} holds this very run, finished: nothing was trained anew.`, ""] : []),
    table ?? "No data is kept for scores: see `fovea eval` for pictures of your own.",
    "",
    `model   ${folder.path}`,
    `report  ${folder.at("report.html")}`,
  ];
}
