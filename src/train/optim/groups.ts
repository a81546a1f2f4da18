import type { Shape } from "../../engine/shape.ts";
import type { Optimizer } from "./optimizer.ts";

/** How a parameter is trained where it differs from the run's own settings. */
export interface Group {
  /** Factor of the learning rate; 1. */
  readonly lrScale?: number;
  /** 0 if absent. */
  readonly weightDecay?: number;
  /** Largest value that an element may have after an update, e.g. `Math.log(100)` for CLIP's logit scale. */
  readonly max?: number;
  /** Another optimizer, e.g. AdamW for what Muon is not for: one object for all that share it. */
  readonly optimizer?: Optimizer;
}

/** Says for each parameter, by name and shape, how it is trained. */
export type Grouping = (name: string, shape: Shape) => Group;

/**
 * The usual weight decay: for everything with at least two axes, and not for the rest, which is biases, norms, class
 * tokens and logit scales.
 */
export const decayMatrices =
  (weightDecay: number): Grouping =>
  (_name, shape) =>
    shape.length < 2 ? {} : { weightDecay };
