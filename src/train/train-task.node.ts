import { DropLedger, type DroppedSample } from "../data/drop-ledger.ts";
import type { CheckpointStore } from "./checkpoint.node.ts";
import { compile, type CompileOptions } from "../engine/compile.ts";
import { fold, key } from "../engine/random.ts";
import { loadParameters } from "../models/load.ts";
import { initialize, Scope, type ScopeTransform } from "../nn/scope.ts";
import { TrainError } from "../platform/error.ts";
import type { Device, HostTensor } from "../platform/session.ts";
import { Doctor, examineDryBatch, type Remark } from "./doctor.ts";
import { demandFrozen, freezing } from "./freezing.ts";
import { compileGradCache } from "./grad-cache.ts";
import { LineLog } from "./line-log.node.ts";
import { Lookahead } from "./lookahead.ts";
import { train, type StepReport } from "./loop.ts";
import { scheduleOf } from "./optimizer-recipe.ts";
import type { Recipe } from "./recipe.ts";
import type { RunFolder } from "./run-folder.node.ts";
import type { RunRecord } from "./run-record.ts";
import { compileStep, type Tensors, type TrainStep } from "./step.ts";
import type { TaskBatch, TrainingTask } from "./tasks/task.ts";
import { maxScale, TrainedModel } from "./trained-model.ts";

/** The parts of a recipe that say how to train, whatever the task. */
export type TrainSettings = Pick<Recipe, "seed" | "steps" | "freeze" | "optimizer" | "average" | "checkpoint">;

/** What happens in a run, as it happens. */
export type TrainEvent =
  | { readonly kind: "compiled"; readonly weights: number; readonly milliseconds: number }
  | { readonly kind: "resumed"; readonly step: number }
  | { readonly kind: "step"; readonly report: StepReport; readonly steps: number; readonly pictures: number }
  | { readonly kind: "remark"; readonly remark: Remark }
  | { readonly kind: "validation"; readonly step: number; readonly loss: number }
  | { readonly kind: "checkpoint"; readonly step: number };

/** How and where a task is trained. */
export interface TrainTaskOptions {
  readonly folder: RunFolder;
  /** What `run.json` says. The run goes on from the folder's newest checkpoint, if there is one. */
  readonly record: RunRecord;
  readonly device?: Device;
  /** When it aborts, the run writes a checkpoint and ends after the step under way; before the first step it just ends. */
  readonly signal?: AbortSignal;
  /** Milliseconds since any fixed moment. */
  readonly clock: () => number;
}

/**
 * Trains a task and writes the run folder: records, checkpoints and, at the end, the model.
 *
 * @returns updates made: fewer than the settings say if the signal aborted
 * @throws {TrainError} DRY_BATCH_FAILED, LOSS_NOT_FINITE, NOTHING_TO_TRAIN, CHECKPOINT_MISFIT, DATA_ENDED
 * @throws {InputError} TOO_MANY_DROPS, WEIGHTS_MISFIT, FREEZE_UNKNOWN and what reading the data throws
 */
export async function* trainTask(
  task: TrainingTask,
  settings: TrainSettings,
  { folder, record, device, signal, clock }: TrainTaskOptions,
): AsyncGenerator<TrainEvent, number> {
  const begun = clock();
  const session = { threads: record.threads, ...(device && { device }) };
  await using step = await compileTask(task, freezing(settings.freeze), session);
  demandFrozen(settings.freeze, step.all);
  await using validation = await compileValidation(task, session);
  await using model = await TrainedModel.create(step, firstWeights(step, task, settings), settings);
  yield { kind: "compiled", weights: countOf(step), milliseconds: clock() - begun };

  const { steps, optimizer, checkpoint } = settings;
  const store = folder.checkpoints(checkpoint.keep);
  const resumed = await store.newest();
  if (resumed !== undefined) {
    model.load(resumed.tensors);
    yield { kind: "resumed", step: resumed.step };
  }
  const { step: from = 0, position = { epoch: 0, batch: 0 } } = resumed ?? {};
  const isStopped = (): boolean => signal?.aborted === true && from < steps; // all steps made: only the model is to be written
  if (isStopped()) return from;
  let best = resumed?.best ?? null;
  let { seconds } = record;
  await using metrics = await LineLog.open(folder.at("metrics.jsonl"), resumed?.metricsBytes ?? 0);
  await using dropped = await LineLog.open(folder.at("dropped.jsonl"), resumed?.droppedBytes ?? 0, { once: true });

  const drops: DroppedSample[] = [];
  const listDrops = async (): Promise<void> => {
    for (const sample of drops.splice(0)) await dropped.append(sample);
  };
  await using _list = { [Symbol.asyncDispose]: listDrops }; // also if they were too many to go on
  const { maxDropped } = task;
  const ledger = new DropLedger({
    ...(maxDropped !== undefined && { maxShare: maxDropped }),
    onNew: (sample) => void drops.push(sample),
  });
  const batches = new Lookahead(task.batches(position, ledger));
  const doctor = new Doctor({ chance: step.chance, maxScale });
  for (const remark of await dryBatch(step, model, await batches.peek(), resumed && store.path(from))) {
    await metrics.append(remark);
    yield { kind: "remark", remark };
  }
  if (isStopped()) return from;
  const lr = scheduleOf(optimizer, steps);
  for await (const report of keepingGood(store, train(step, model, batches, { from, steps, lr, clock }))) {
    const { step: at, next, measured, ...rest } = report;
    seconds += report.took / 1000;
    await metrics.append({ step: at, ...measured, ...rest });
    await listDrops();
    yield { kind: "step", report, steps, pictures: task.pictures };
    for (const remark of doctor.observe(report)) {
      await metrics.append(remark);
      yield { kind: "remark", remark };
    }
    if (at === steps) ledger.finish(); // before the last checkpoint, so that a run that lost too much is not resumed as done
    const stop = signal?.aborted === true || at === steps;
    if (!stop && at % checkpoint.every !== 0) continue;
    const loss = await validation?.loss(model.result());
    if (loss !== undefined) {
      if (loss < (best?.loss ?? Infinity)) best = { step: at, loss };
      await metrics.append({ step: at, validationLoss: loss });
      yield { kind: "validation", step: at, loss };
      for (const remark of best === null ? [] : doctor.observeValidation(at, loss, best)) {
        await metrics.append(remark);
        yield { kind: "remark", remark };
      }
    }
    await Promise.all([metrics.flush(), dropped.flush()]);
    const bytes = { metricsBytes: metrics.bytes, droppedBytes: dropped.bytes };
    await store.write({ step: at, position: next, ...bytes, best, tensors: model.state() });
    await folder.writeRecord({ ...record, step: at, seconds });
    yield { kind: "checkpoint", step: at };
    if (stop && at < steps) return at;
  }
  await folder.writeJson(task.files);
  await folder.writeWeights(new Map(Object.entries(model.result())));
  await folder.writeRecord({ ...record, status: "finished", step: steps, seconds });
  return steps;
}

function compileTask(
  { objective, inParts }: TrainingTask,
  transform: ScopeTransform,
  options: CompileOptions,
): Promise<TrainStep> {
  if (inParts === undefined) return compileStep((scope) => objective(scope.with(transform)), options);
  return compileGradCache((scope) => inParts.embed(scope.with(transform)), inParts.parts, options);
}

/** First values of all parameters: drawn from the seed, or those of the model that the task starts from. */
function firstWeights(
  { all }: TrainStep,
  { initial }: TrainingTask,
  { seed }: TrainSettings,
): Map<string, HostTensor<"float32">> {
  if (initial !== undefined) return loadParameters(all, initial, { allowUnexpected: /position_ids$/ });
  return initialize(all, fold(key(seed), "init"));
}

const countOf = ({ all }: TrainStep): number => all.reduce((total, { tensor }) => total + tensor.size, 0);

/**
 * Runs a batch without an update.
 * @param checkpoint where the weights are from, if the run goes on from one
 * @throws {TrainError} DRY_BATCH_FAILED
 */
async function dryBatch(
  step: TrainStep,
  model: TrainedModel,
  batch: TaskBatch | undefined,
  checkpoint: string | undefined,
): Promise<Remark[]> {
  if (batch === undefined) return [];
  const measured = await step.run({ ...model.parameters, ...batch.feeds }, model.gradients);
  const remarks = examineDryBatch(step, measured, model.gradients);
  const error = remarks.find(({ level }) => level === "error");
  if (error === undefined) return remarks;
  if (checkpoint === undefined)
    throw new TrainError("DRY_BATCH_FAILED", "before the first step", error.message, error.action);
  throw new TrainError(
    "DRY_BATCH_FAILED",
    checkpoint,
    error.message,
    "no loss had seen its weights yet: remove it to go on from the one before it, or from the start if there is none",
  );
}

/**
 * The reports of a run that stops at a loss that is not finite: then the checkpoint of the very weights that gave it is
 * removed, and the error names the one that stays.
 */
async function* keepingGood(store: CheckpointStore, reports: AsyncIterable<StepReport>): AsyncGenerator<StepReport> {
  let made: number | undefined; // steps, of those made here: what a run went on from has been found good by its dry batch
  try {
    for await (const report of reports) {
      made = report.step;
      yield report;
    }
  } catch (error) {
    if (!(error instanceof TrainError) || error.code !== "LOSS_NOT_FINITE" || made === undefined) throw error;
    const good = await store.discard(made);
    const kept = good === undefined ? "no checkpoint is good" : `the checkpoint of step ${good} is good, and stays`;
    throw new TrainError(error.code, error.where, error.found, `${kept}: ${error.mend}`, { cause: error });
  }
}

/** The mean loss over what the task keeps for validation, as a function of the weights; `undefined` if it keeps nothing. */
async function compileValidation(
  { validation }: TrainingTask,
  options: CompileOptions,
): Promise<Validation | undefined> {
  if (validation === undefined) return undefined;
  const session = await compile({ loss: validation.objective(Scope.root()).loss }, options);
  return {
    async loss(weights) {
      let total = 0;
      for (const feeds of validation.feeds)
        total += Number((await session.run({ ...weights, ...feeds }))["loss"]!.data[0]);
      return total / validation.feeds.length;
    },
    [Symbol.asyncDispose]: async () => void (await session.dispose()),
  };
}

interface Validation extends AsyncDisposable {
  loss(weights: Tensors): Promise<number>;
}
