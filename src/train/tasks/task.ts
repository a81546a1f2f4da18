import type { Position } from "../../data/loader/plan.ts";
import type { DropLedger } from "../../data/drop-ledger.ts";
import type { HostTensor } from "../../platform/session.ts";
import type { Scope } from "../../nn/scope.ts";
import type { Embedded } from "../grad-cache.ts";
import type { Objective, Tensors } from "../step.ts";

/** What one step learns from. */
export interface TaskBatch {
  /** What the graph is fed besides the parameters. */
  readonly feeds: Tensors;
  /** Where a run that has learned from this batch goes on. */
  readonly next: Position;
}

/** What a recipe asks to learn, with the data at hand. */
export interface TrainingTask {
  /** The files of the trained model beside its weights, by name, as parsed JSON. */
  readonly files: Readonly<Record<string, unknown>>;
  readonly objective: (scope: Scope) => Objective;
  /** How a batch goes through the towers in parts, if it does: the same objective. */
  readonly inParts?: { readonly parts: number; readonly embed: (scope: Scope) => Embedded };
  /** Weights that training starts from, by parameter name; drawn at random if absent. */
  readonly initial?: Iterable<readonly [name: string, tensor: HostTensor]>;
  /** Pictures in a batch. */
  readonly pictures: number;
  /** Largest share of samples that may be left out; the ledger's own if absent. */
  readonly maxDropped?: number;
  /**
   * Batches without end. The ledger is told of each sample that is used or left out.
   * @throws {InputError} TOO_MANY_DROPS, and what reading the data throws
   */
  readonly batches: (start: Position, ledger: DropLedger) => AsyncIterator<TaskBatch>;
  /** What never trains, for the validation loss. */
  readonly validation?: {
    readonly objective: (scope: Scope) => Objective;
    /** One or more. */
    readonly feeds: readonly Tensors[];
  };
}
