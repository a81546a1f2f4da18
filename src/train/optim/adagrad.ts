import { add, div, mul, sqrt, sub } from "../../engine/ops/elementwise.ts";
import type { Optimizer } from "./optimizer.ts";

/** Options of {@link adagrad}, with PyTorch's defaults. */
export interface AdagradOptions {
  /** The learning rate is divided by `1 + step * lrDecay`; 0. */
  readonly lrDecay?: number;
  /** Added to the root of the sum of squares; 1e-10. */
  readonly eps?: number;
  /** The sum of squares at the start; 0. */
  readonly initialSum?: number;
}

/**
 * Adagrad: the step is divided by the root of the sum of all squared gradients. Weight decay is added to the gradient.
 * @see Duchi et al. 2011, https://jmlr.org/papers/v12/duchi11a.html
 */
export function adagrad({ lrDecay = 0, eps = 1e-10, initialSum = 0 }: AdagradOptions = {}): Optimizer<
  "sum",
  "lr" | "decay"
> {
  return {
    name: "adagrad",
    slots: (shape) => ({ sum: { shape, fill: initialSum } }),
    scalars: ({ step, lr, weightDecay }) => ({ lr: lr / (1 + step * lrDecay), decay: weightDecay }),
    update({ param, grad, slot, scalar }) {
      const gradient = add(grad, mul(param, scalar("decay")));
      const sum = add(slot("sum"), mul(gradient, gradient));
      return { param: sub(param, div(mul(gradient, scalar("lr")), add(sqrt(sum), eps))), slots: { sum } };
    },
  };
}
