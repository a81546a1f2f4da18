import type { ClipConfig } from "../models/contrastive/clip.ts";
import type { Scope } from "../nn/scope.ts";
import type { Objective, Tensors } from "./step.ts";

/** What a recipe asks to learn, with the data at hand. */
export interface TrainingTask {
  /** `config.json`. */
  readonly config: ClipConfig;
  /** Other files that the model needs, by name: tokenizer and preprocessor, as parsed JSON. */
  readonly files: Readonly<Record<string, unknown>>;
  readonly objective: (scope: Scope) => Objective;
  /** Pictures in a batch. */
  readonly pictures: number;
  /** Batches from the one that update number `after + 1` learns from. */
  readonly batches: (after: number) => AsyncIterator<Tensors>;
  /** What never trains, for the validation loss. */
  readonly validation?: {
    readonly objective: (scope: Scope) => Objective;
    /** One or more. */
    readonly batches: readonly Tensors[];
  };
}
