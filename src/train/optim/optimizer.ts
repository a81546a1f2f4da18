import { add, minimum, mul, sub } from "../../engine/ops/elementwise.ts";
import { input, type Operand } from "../../engine/ops/leaf.ts";
import { sizeOf, type Shape } from "../../engine/shape.ts";
import type { Tensor } from "../../engine/tensor.ts";

/** An array that an optimizer keeps for a parameter, at the start filled with `fill` (0 if absent). */
export interface Slot {
  readonly shape: Shape;
  readonly fill?: number;
}

/** What the numbers of one update depend on. */
export interface Moment {
  /** Index of the update, from 0. */
  readonly step: number;
  readonly lr: number;
  readonly weightDecay: number;
}

/** The tensors of one parameter that an update is built from. */
export interface UpdateInputs<SlotName extends string = string, ScalarName extends string = string> {
  readonly param: Tensor;
  readonly grad: Tensor;
  /** A slot's value before the update. */
  readonly slot: (name: SlotName) => Tensor;
  /** A number of {@link Optimizer.scalars}, as a tensor of shape `[]`. */
  readonly scalar: (name: ScalarName) => Tensor;
}

/** The tensors after an update. */
export interface Updated {
  readonly param: Tensor;
  /** Every slot, by name. */
  readonly slots: Readonly<Record<string, Tensor>>;
}

/**
 * An optimizer: how one parameter and its slots change, as a graph. What changes from step to step (learning rate,
 * bias corrections) enters as scalars that the host computes in float64; what does not is a constant of the graph.
 * Slots have the names that the reference implementation gives them.
 */
export interface Optimizer<SlotName extends string = string, ScalarName extends string = string> {
  readonly name: string;
  /** Whether one update takes all matrices of a shape: its tensors are then `[count, rows, columns]`, see {@link stackShape}. */
  readonly stacks?: boolean;
  /** The arrays kept for a parameter of a shape (at least one axis). */
  slots(shape: Shape): Readonly<Record<string, Slot>>;
  /** The numbers of one update. */
  scalars(moment: Moment): Readonly<Record<ScalarName, number>>;
  /** The update as a graph. */
  update(inputs: UpdateInputs<SlotName, ScalarName>): Updated;
}

/** The shape of `count` parameters of one shape as a stack of matrices `[out, the rest]`. */
export const stackShape = (shape: Shape, count: number): Shape => [count, shape[0] ?? 1, sizeOf(shape.slice(1))];

/** `a + weight * (b - a)`. */
export const lerp = (a: Tensor, b: Tensor, weight: Operand): Tensor => add(a, mul(sub(b, a), weight));

/** What {@link updateGraph} adds to an optimizer's update. */
export interface UpdateExtras {
  /** Keep a moving average of the parameter, `ema`. */
  readonly ema: boolean;
  /** Limit the new parameter to this. */
  readonly max?: number | undefined;
}

/**
 * The whole update of a parameter as a graph of the inputs `param`, `grad`, the slots, `ema`, and scalars; the outputs
 * have the names of what they replace. The gradient is first multiplied by the scalar `grad_scale`, so that clipping
 * costs no pass of its own; `ema` moves towards the new parameter by the scalar `ema_rate`.
 */
export function updateGraph(optimizer: Optimizer, shape: Shape, { ema, max }: UpdateExtras): Record<string, Tensor> {
  const specs = optimizer.slots(shape);
  const scalar = (name: string): Tensor => input(name, "float32", []);
  const updated = optimizer.update({
    param: input("param", "float32", shape),
    grad: mul(input("grad", "float32", shape), scalar("grad_scale")),
    slot(name) {
      const spec = specs[name];
      if (spec === undefined) throw new RangeError(`${optimizer.name} keeps no slot ${name}`);
      return input(name, "float32", spec.shape);
    },
    scalar,
  });
  const param = max === undefined ? updated.param : minimum(updated.param, max);
  const average = ema ? { ema: lerp(input("ema", "float32", shape), param, scalar("ema_rate")) } : {};
  return { param, ...updated.slots, ...average };
}
