import { TrainError } from "../platform/error.ts";
import type { Position } from "../data/loader/plan.ts";
import type { Measured, TrainStep } from "./step.ts";
import type { TaskBatch } from "./tasks/task.ts";
import type { TrainedModel } from "./trained-model.ts";

/** What one step did. */
export interface StepReport {
  /** Updates made so far, this one included. */
  readonly step: number;
  /** Where the data goes on. */
  readonly next: Position;
  readonly lr: number;
  readonly measured: Measured;
  /** Norm of all gradients together, before clipping. */
  readonly gradNorm: number;
  /** Milliseconds of this step. */
  readonly took: number;
  /** Milliseconds of them in which the graph could not run because its batch was not ready. */
  readonly waited: number;
}

/** How long to train, and how. */
export interface TrainPlan {
  /** Updates already made. */
  readonly from: number;
  /** Updates when the run is complete. */
  readonly steps: number;
  /** Learning rate of an update, counted from 0. */
  readonly lr: (step: number) => number;
  /** Milliseconds since any fixed moment. */
  readonly clock: () => number;
}

/**
 * The training loop. Logging, checkpoints and early stop are what the caller does with each report; the weights do not
 * change until it asks for the next one.
 *
 * @param batches the next one is prepared while a step runs
 * @throws {TrainError} LOSS_NOT_FINITE before the update that would spoil the weights, DATA_ENDED
 */
export async function* train(
  step: TrainStep,
  model: TrainedModel,
  batches: AsyncIterator<TaskBatch>,
  { from, steps, lr, clock }: TrainPlan,
): AsyncGenerator<StepReport> {
  let upcoming = batches.next();
  let fastest = Infinity; // milliseconds of one run of the graph
  let late = 0; //           milliseconds that preparing this batch took longer than that, which held the thread
  for (let done = from; done < steps; done++) {
    const start = clock();
    const batch = await upcoming;
    const waited = clock() - start + late;
    if (batch.done === true)
      throw new TrainError(
        "DATA_ENDED",
        `step ${done + 1}`,
        "there are no more batches",
        "give more data or fewer steps",
      );
    const ran = clock();
    const running = step.run({ ...model.parameters, ...batch.value.feeds }, model.gradients);
    if (done + 1 < steps) upcoming = batches.next();
    upcoming.catch(() => {}); // what goes wrong there is thrown when the batch is needed
    const prepared = clock() - ran;
    const measured = await running;
    fastest = Math.min(fastest, clock() - ran);
    late = Math.max(0, prepared - fastest);
    if (!Number.isFinite(measured.loss)) throw notFinite(done + 1, `the loss is ${measured.loss}`);
    const rate = lr(done);
    const { gradNorm } = await model.update({ lr: rate, step: done });
    if (!Number.isFinite(gradNorm)) throw notFinite(done + 1, `the norm of the gradients is ${gradNorm}`);
    yield { step: done + 1, next: batch.value.next, lr: rate, measured, gradNorm, took: clock() - start, waited };
  }
}

const notFinite = (step: number, found: string): TrainError =>
  new TrainError("LOSS_NOT_FINITE", `step ${step}`, found, "train again with a lower optimizer.lr or optimizer.clip");
