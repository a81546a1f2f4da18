import { mul, sign, sub } from "../../engine/ops/elementwise.ts";
import { lerp, type Optimizer } from "./optimizer.ts";

/** Options of {@link lion}. */
export interface LionOptions {
  /** Shares that stay in the average that gives a step its direction, and in the one that is kept; [0.9, 0.99]. */
  readonly betas?: readonly [number, number];
}

/**
 * Lion: steps of one size, in the direction of the sign of an average of gradients, with decoupled weight decay. It
 * wants 3 to 10 times less learning rate than AdamW and as many times more weight decay.
 * @see Chen et al. 2023, https://arxiv.org/abs/2302.06675, algorithm 2
 */
export function lion({ betas: [beta1, beta2] = [0.9, 0.99] }: LionOptions = {}): Optimizer<"exp_avg", "lr" | "decay"> {
  return {
    name: "lion",
    slots: (shape) => ({ exp_avg: { shape } }),
    scalars: ({ lr, weightDecay }) => ({ lr, decay: 1 - lr * weightDecay }),
    update({ param, grad, slot, scalar }) {
      const average = slot("exp_avg");
      const direction = sign(lerp(average, grad, 1 - beta1));
      return {
        param: sub(mul(param, scalar("decay")), mul(direction, scalar("lr"))),
        slots: { exp_avg: lerp(average, grad, 1 - beta2) },
      };
    },
  };
}
