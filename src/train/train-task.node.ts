import { fold, key } from "../engine/random.ts";
import { compile } from "../engine/compile.ts";
import { initialize, Scope } from "../nn/scope.ts";
import { TrainError } from "../platform/error.ts";
import type { Device } from "../platform/session.ts";
import { CheckpointStore } from "./checkpoint.node.ts";
import { Doctor, examineDryBatch, type Remark } from "./doctor.ts";
import { LineLog } from "./line-log.node.ts";
import { train, type StepReport } from "./loop.ts";
import { maxScale, TrainedModel } from "./trained-model.ts";
import type { Recipe } from "./recipe.ts";
import type { RunFolder, RunRecord } from "./run-folder.node.ts";
import { cosine } from "./optim/schedule.ts";
import { compileStep, type Tensors, type TrainStep } from "./step.ts";
import type { TrainingTask } from "./task.ts";

/** The parts of a recipe that say how to train, whatever the task. */
export type TrainSettings = Pick<Recipe, "seed" | "steps" | "optimizer" | "average" | "checkpoint">;

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
  /** What `run.json` will say. If it says that steps were made, the run goes on from its newest checkpoint. */
  readonly record: RunRecord;
  readonly device?: Device;
  /** When it aborts, the run writes a checkpoint and ends after the step under way. */
  readonly signal?: AbortSignal;
  /** Milliseconds since any fixed moment. */
  readonly clock: () => number;
}

/**
 * Trains a task and writes the run folder: records, checkpoints and, at the end, the model.
 *
 * @returns updates made: fewer than the settings say if the signal aborted
 * @throws {TrainError} DRY_BATCH_FAILED, LOSS_NOT_FINITE, NOTHING_TO_TRAIN, CHECKPOINT_MISFIT, DATA_ENDED
 */
export async function* trainTask(
  task: TrainingTask,
  settings: TrainSettings,
  { folder, record, device, signal, clock }: TrainTaskOptions,
): AsyncGenerator<TrainEvent, number> {
  const begun = clock();
  const step = await compileStep(task.objective, { threads: record.threads, ...(device && { device }) });
  const validation = await compileValidation(task, record.threads);
  let model: TrainedModel | undefined;
  try {
    const { steps, optimizer } = settings;
    const initial = initialize(step.all, fold(key(settings.seed), "init"));
    model = await TrainedModel.create(step, initial, settings);
    yield { kind: "compiled", weights: countOf(step), milliseconds: clock() - begun };

    const store = new CheckpointStore(folder.at("checkpoints"), settings.checkpoint.keep);
    const resumed = record.step > 0 ? await store.newest() : undefined;
    if (resumed !== undefined) {
      model.load(resumed.tensors);
      yield { kind: "resumed", step: resumed.step };
    }
    let best = resumed?.best ?? null;
    let seconds = record.seconds;
    await using metrics = await LineLog.open(folder.at("metrics.jsonl"), resumed?.metricsBytes ?? 0);

    const from = resumed?.step ?? 0;
    for (const remark of await dryBatch(step, model, task, from)) {
      await metrics.append(remark);
      yield { kind: "remark", remark };
    }
    const doctor = new Doctor({ chance: step.chance, maxScale });
    const warmup = Math.max(1, Math.round(optimizer.warmup * steps));
    const lr = cosine(optimizer.lr, { steps, warmup });
    const reports = train(step, model, task.batches(from), { from, steps, lr, clock });
    for await (const report of reports) {
      const { step: at, measured, ...rest } = report;
      seconds += report.took / 1000;
      await metrics.append({ step: at, ...measured, ...rest });
      yield { kind: "step", report, steps, pictures: task.pictures };
      for (const remark of doctor.observe(report)) {
        await metrics.append(remark);
        yield { kind: "remark", remark };
      }
      const stop = signal?.aborted === true || at === steps;
      if (!stop && at % settings.checkpoint.every !== 0) continue;
      const loss = await validation?.loss(model.result());
      if (loss !== undefined) {
        if (loss < (best?.loss ?? Infinity)) best = { step: at, loss };
        await metrics.append({ step: at, validationLoss: loss });
        yield { kind: "validation", step: at, loss };
      }
      await metrics.flush();
      await store.write({ step: at, metricsBytes: metrics.bytes, best, tensors: model.state() });
      await folder.writeRecord({ ...record, step: at, seconds });
      yield { kind: "checkpoint", step: at };
      if (stop && at < steps) return at;
    }
    await folder.writeJson({ "config.json": task.config, ...task.files });
    await folder.writeWeights(new Map(Object.entries(model.result())));
    await folder.writeRecord({ ...record, status: "finished", step: steps, seconds });
    return steps;
  } finally {
    await step.dispose();
    await model?.dispose();
    await validation?.dispose();
  }
}

const countOf = ({ all }: TrainStep): number => all.reduce((total, { tensor }) => total + tensor.size, 0);

/** Runs the first batch without an update. @throws {TrainError} DRY_BATCH_FAILED */
async function dryBatch(step: TrainStep, model: TrainedModel, task: TrainingTask, from: number): Promise<Remark[]> {
  const batch = await task.batches(from).next();
  if (batch.done === true) return [];
  const measured = await step.run({ ...model.parameters, ...batch.value }, model.gradients);
  const remarks = examineDryBatch(step, measured, model.gradients);
  const error = remarks.find(({ level }) => level === "error");
  if (error !== undefined)
    throw new TrainError("DRY_BATCH_FAILED", "before the first step", error.message, error.action);
  return remarks;
}

/** The mean loss over the task's validation batches as a function of the weights, or `undefined` if there are none. */
async function compileValidation(task: TrainingTask, threads: number): Promise<Validation | undefined> {
  if (task.validation === undefined) return undefined;
  const { objective, batches } = task.validation;
  const session = await compile({ loss: objective(Scope.root()).loss }, { threads });
  return {
    async loss(weights) {
      let total = 0;
      for (const batch of batches) total += Number((await session.run({ ...weights, ...batch }))["loss"]!.data[0]);
      return total / batches.length;
    },
    dispose: async () => void (await session.dispose()),
  };
}

interface Validation {
  loss(weights: Tensors): Promise<number>;
  dispose(): Promise<void>;
}
