import type * as z from "zod";
import type { Tensor } from "../engine/tensor.ts";
import type { Scope } from "../nn/scope.ts";
import { InputError } from "../platform/error.ts";

/** Tensors by the names that the reference implementation gives them. */
export type NamedTensors = Readonly<Record<string, Tensor>>;

/** What a checkpoint calls a tensor, and what the model does: `name.replace(from, to)`. */
export interface Rename {
  readonly from: RegExp;
  readonly to: string;
}

/** What may be asked of a model at each use. */
export interface ForwardOptions {
  /** Fit position embeddings to pictures of another size than the model's; else that is an error. */
  readonly resizePositions?: boolean;
}

/** A model as its module exports it: `config.json`, the names of its weights, and what it computes. */
export interface Model<Config> {
  /** Schema of `config.json`. */
  readonly config: z.ZodType<Config>;
  /** Where published checkpoints name weights otherwise than the model. Applied twice, it changes nothing more. */
  readonly renames?: readonly Rename[];
  /** Names of tensors that checkpoints hold besides weights. */
  readonly buffers?: RegExp;
  /**
   * Declares the parameters in `scope` and computes all that the reference implementation gives out for these inputs.
   * What nobody asks for is never lowered, so it costs nothing.
   * @param inputs by the reference's names, e.g. `pixel_values`, `input_ids`, `attention_mask`
   * @throws {InputError} MODEL_INPUT_MISSING
   */
  forward(scope: Scope, inputs: NamedTensors, config: Config, options?: ForwardOptions): NamedTensors;
}

/**
 * An input of a model.
 * @throws {InputError} MODEL_INPUT_MISSING
 */
export function needInput(inputs: NamedTensors, name: string): Tensor {
  const tensor = inputs[name];
  if (tensor !== undefined) return tensor;
  const given = Object.keys(inputs).join(", ") || "nothing";
  throw new InputError(
    "MODEL_INPUT_MISSING",
    name,
    `the model needs it, but was given ${given}`,
    "give it by this name",
  );
}

/** A list of tensors as named ones: `prefix.0`, `prefix.1`, ... */
export const numbered = (prefix: string, tensors: readonly Tensor[]): NamedTensors =>
  Object.fromEntries(tensors.map((tensor, i) => [`${prefix}.${i}`, tensor]));
