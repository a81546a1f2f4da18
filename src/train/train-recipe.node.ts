import { initialize } from "../nn/scope.ts";
import { fold, key } from "../engine/random.ts";
import { InputError, TrainError } from "../platform/error.ts";
import type { Device, HostTensor } from "../platform/session.ts";
import { WeightAverage } from "./average.ts";
import { CheckpointStore, truncateTo, type Checkpoint } from "./checkpoint.node.ts";
import { emojiTask } from "./emoji-task.node.ts";
import { train, type StepReport } from "./loop.ts";
import { describeMachine } from "./machine.node.ts";
import { plainAdamW } from "./plain-adamw.ts";
import type { Recipe } from "./recipe.ts";
import { machineFacts, RunFolder, type RunRecord } from "./run-folder.node.ts";
import { warmupCosine } from "./schedule.ts";
import { compileStep, type Tensors } from "./step.ts";

/** Where and how a recipe is run. */
export interface TrainOptions {
  /** The run folder; made if missing. */
  readonly out: string;
  /** Folder of prepared data. */
  readonly cacheDir: string;
  /** The command, for the record. */
  readonly command: string;
  /** Version of Fovea, for the record. */
  readonly version: string;
  /** Go on from the newest checkpoint, if there is one. */
  readonly resume?: boolean;
  readonly device?: Device;
  readonly threads?: number;
  /** When it aborts, the run writes a checkpoint and ends after the step under way. */
  readonly signal?: AbortSignal;
  readonly clock?: () => number;
  readonly date?: () => Date;
}

/** What happens during a run, as it happens. */
export type TrainEvent =
  | { readonly kind: "prepare"; readonly done: number; readonly total: number }
  | { readonly kind: "compiled"; readonly parameters: number; readonly milliseconds: number }
  | { readonly kind: "resumed"; readonly step: number }
  | { readonly kind: "step"; readonly report: StepReport; readonly steps: number; readonly pictures: number }
  | { readonly kind: "checkpoint"; readonly step: number };

/** How a run ended. */
export interface TrainResult {
  readonly status: "finished" | "interrupted" | "reused";
  readonly step: number;
  readonly folder: RunFolder;
}

/** Largest factor on cosine similarities. @see https://arxiv.org/abs/2103.00020 section 2.5 */
const maxLogitScale = Math.log(100);

/**
 * Runs a recipe from its data to a folder with the trained model.
 *
 * @throws {InputError} RUN_DIFFERS, RUN_UNFINISHED
 * @throws {TrainError} LOSS_NOT_FINITE and others of {@link train}
 */
export async function* trainRecipe(recipe: Recipe, options: TrainOptions): AsyncGenerator<TrainEvent, TrainResult> {
  const { clock = () => performance.now(), date = () => new Date() } = options;
  const folder = new RunFolder(options.out);
  const earlier = await folder.record();
  if (earlier !== undefined) demandSame(earlier, recipe, options);
  if (earlier?.status === "finished") return { status: "reused", step: earlier.step, folder };

  const task = await emojiTask(recipe, { cacheDir: options.cacheDir });
  const compiling = clock();
  const step = await compileStep(task.objective, options);
  try {
    const initial = initialize(step.all, fold(key(recipe.seed), "init"));
    const updater = plainAdamW(step.parameters, initial, recipe.optimizer);
    const average = new WeightAverage(updater.parameters, recipe.average);
    const size = [...initial.values()].reduce((total, { data }) => total + data.length, 0);
    yield { kind: "compiled", parameters: size, milliseconds: clock() - compiling };

    const store = new CheckpointStore(folder.at("checkpoints"), recipe.checkpoint.keep);
    const resumed = earlier === undefined ? undefined : await store.newest();
    if (resumed !== undefined) {
      updater.load(pick(resumed.tensors, "weights/"), pick(resumed.tensors, "optimizer/"));
      restore(average.tensors, pick(resumed.tensors, "average/"));
      yield { kind: "resumed", step: resumed.step };
    }
    let metricsBytes = resumed?.metricsBytes ?? 0;
    let record: RunRecord = earlier ?? {
      ...{ recipe, command: options.command, version: options.version, machine: machineFacts(describeMachine()) },
      ...{ started: date().toISOString(), status: "training", step: 0, seconds: 0 },
    };
    await folder.writeRecord(record);
    await truncateTo(folder.at("metrics.jsonl"), metricsBytes);

    const snapshot = (at: number): Checkpoint => ({
      ...{ step: at, metricsBytes, best: null },
      tensors: new Map([
        ...prefixed("weights/", Object.entries(updater.parameters)),
        ...prefixed("average/", Object.entries(average.tensors)),
        ...prefixed("optimizer/", updater.state()),
      ]),
    });
    const from = resumed?.step ?? 0;
    const { optimizer, steps, checkpoint } = recipe;
    const reports = train(step, updater, task.batches(from), {
      ...{ from, steps, clock },
      lr: warmupCosine(optimizer.lr, Math.max(1, Math.round(optimizer.warmup * steps)), steps),
      afterUpdate(now) {
        clampScale(updater.parameters);
        average.update(now);
      },
    });
    for await (const report of reports) {
      const { step: at, lr, gradNorm, measured, took, waited } = report;
      metricsBytes += await folder.appendLine("metrics.jsonl", { step: at, lr, gradNorm, ...measured, took, waited });
      record = { ...record, step: at, seconds: record.seconds + took / 1000 };
      yield { kind: "step", report, steps, pictures: task.pictures };
      const interrupted = options.signal?.aborted === true;
      if (interrupted || at % checkpoint.every === 0 || at === steps) {
        await store.write(snapshot(at));
        await folder.writeRecord(record);
        yield { kind: "checkpoint", step: at };
      }
      if (interrupted && at < steps) return { status: "interrupted", step: at, folder };
    }
    const final = recipe.average > 0 ? average.tensors : updater.parameters;
    await folder.writeJson({ "config.json": task.config, ...task.files });
    await folder.writeWeights(new Map([...initial, ...Object.entries(final)]));
    await folder.writeRecord({ ...record, status: "finished" });
    return { status: "finished", step: steps, folder };
  } finally {
    await step.dispose();
  }
}

function demandSame(earlier: RunRecord, recipe: Recipe, { out, resume = false }: TrainOptions): void {
  if (JSON.stringify(earlier.recipe) !== JSON.stringify(recipe))
    throw new InputError("RUN_DIFFERS", out, "it holds a run of another recipe", "train into another folder (--out)");
  if (earlier.status === "training" && !resume)
    throw new InputError("RUN_UNFINISHED", out, `it holds a run that stopped at step ${earlier.step}`, "add --resume");
}

function clampScale(parameters: Tensors): void {
  const scale = parameters["logit_scale"];
  if (scale !== undefined) scale.data[0] = Math.min(Number(scale.data[0]), maxLogitScale);
}

const prefixed = (prefix: string, entries: Iterable<[string, HostTensor]>): [string, HostTensor][] =>
  [...entries].map(([name, tensor]) => [prefix + name, tensor]);

const pick = (tensors: ReadonlyMap<string, HostTensor>, prefix: string): Map<string, HostTensor> =>
  new Map([...tensors].flatMap(([name, of]) => (name.startsWith(prefix) ? [[name.slice(prefix.length), of]] : [])));

function restore(into: Tensors, from: ReadonlyMap<string, HostTensor>): void {
  for (const [name, { data }] of Object.entries(into)) {
    const saved = from.get(name);
    if (saved === undefined || saved.data.length !== data.length)
      throw new TrainError("CHECKPOINT_MISFIT", name, "the checkpoint has it not, or in another shape", "start anew");
    (data as Float32Array).set(saved.data as Float32Array);
  }
}
