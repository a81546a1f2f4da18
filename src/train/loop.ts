import { TrainError } from "../platform/error.ts";
import type { Measured, Tensors, TrainStep } from "./step.ts";

/** What holds the weights and changes them: see `optim/`. */
export interface Updater {
  readonly parameters: Tensors;
  readonly gradients: Tensors;
  step(now: { readonly lr: number; readonly step: number }): { readonly gradNorm: number };
}

/** What one step did. */
export interface StepReport {
  /** Updates made so far, this one included. */
  readonly step: number;
  readonly lr: number;
  readonly measured: Measured;
  /** Norm of all gradients together, before clipping. */
  readonly gradNorm: number;
  /** Milliseconds of this step, and how many of them it waited for its batch. */
  readonly took: number;
  readonly waited: number;
}

/** How long to train, and how. */
export interface TrainPlan {
  /** Updates already made. */
  readonly from: number;
  /** Updates when the run is complete. */
  readonly steps: number;
  /** Learning rate of an update, counted from 1. */
  readonly lr: (step: number) => number;
  /** Called after each update: bounds on parameters, averages of weights. */
  readonly afterUpdate: (step: number) => void;
  /** Milliseconds since any fixed moment. */
  readonly clock: () => number;
}

/**
 * The training loop. Logging, checkpoints and early stop are what the caller does with each report; the weights do not
 * change until it asks for the next one.
 *
 * @param batches what the graph is fed besides the parameters; the next one is asked for while a step runs
 * @throws {TrainError} LOSS_NOT_FINITE before the update that would spoil the weights, DATA_ENDED
 */
export async function* train(
  step: TrainStep,
  updater: Updater,
  batches: AsyncIterator<Tensors>,
  { from, steps, lr, afterUpdate, clock }: TrainPlan,
): AsyncGenerator<StepReport> {
  let upcoming = batches.next();
  for (let now = from + 1; now <= steps; now++) {
    const start = clock();
    const batch = await upcoming;
    const waited = clock() - start;
    if (batch.done === true)
      throw new TrainError("DATA_ENDED", `step ${now}`, "there are no more batches", "give more data, or fewer steps");
    const running = step.run({ ...updater.parameters, ...batch.value }, updater.gradients);
    if (now < steps) upcoming = batches.next();
    const measured = await running;
    if (!Number.isFinite(measured.loss))
      throw new TrainError(
        "LOSS_NOT_FINITE",
        `step ${now}`,
        `the loss is ${measured.loss}`,
        "go on from the last checkpoint with a lower optimizer.lr or optimizer.clip",
      );
    const rate = lr(now);
    const { gradNorm } = updater.step({ lr: rate, step: now });
    afterUpdate(now);
    yield { step: now, lr: rate, measured, gradNorm, took: clock() - start, waited };
  }
}
