import { add, div, maximum, mul, sqrt, sub } from "../../engine/ops/elementwise.ts";
import { lerp, type Optimizer } from "./optimizer.ts";

/** Options of {@link adamW} and {@link adam}, with PyTorch's defaults. */
export interface AdamOptions {
  /** Shares of the first and second moments' averages that stay; [0.9, 0.999]. CLIP trains with [0.9, 0.98]. */
  readonly betas?: readonly [number, number];
  /** Added to the root of the second moment; 1e-8. */
  readonly eps?: number;
  /** Divide by the largest second moment so far (https://openreview.net/forum?id=ryQu7f-RZ); false. */
  readonly amsgrad?: boolean;
}

type AdamSlot = "exp_avg" | "exp_avg_sq" | "max_exp_avg_sq";
type AdamScalar = "step_size" | "inverse_bias" | "decay";

/**
 * Adam with decoupled weight decay: the parameter shrinks by `1 - lr * weightDecay` beside the adaptive step.
 * @see Loshchilov and Hutter 2019, https://arxiv.org/abs/1711.05101, algorithm 2
 */
export const adamW = (options: AdamOptions = {}): Optimizer<AdamSlot, AdamScalar> => adamLike("adamw", true, options);

/**
 * Adam; weight decay, if any, is added to the gradient (L2).
 * @see Kingma and Ba 2015, https://arxiv.org/abs/1412.6980, algorithm 1
 */
export const adam = (options: AdamOptions = {}): Optimizer<AdamSlot, AdamScalar> => adamLike("adam", false, options);

function adamLike(
  name: string,
  decoupled: boolean,
  { betas: [beta1, beta2] = [0.9, 0.999], eps = 1e-8, amsgrad = false }: AdamOptions,
): Optimizer<AdamSlot, AdamScalar> {
  return {
    name,
    slots: (shape) => ({
      exp_avg: { shape },
      exp_avg_sq: { shape },
      ...(amsgrad ? { max_exp_avg_sq: { shape } } : {}),
    }),
    scalars: ({ step, lr, weightDecay }) => ({
      step_size: lr / (1 - beta1 ** (step + 1)),
      inverse_bias: 1 / Math.sqrt(1 - beta2 ** (step + 1)),
      decay: decoupled ? 1 - lr * weightDecay : weightDecay,
    }),
    update({ param, grad, slot, scalar }) {
      const decayed = decoupled ? mul(param, scalar("decay")) : param;
      const gradient = decoupled ? grad : add(grad, mul(param, scalar("decay")));
      const first = lerp(slot("exp_avg"), gradient, 1 - beta1);
      const second = add(mul(slot("exp_avg_sq"), beta2), mul(mul(gradient, gradient), 1 - beta2));
      const largest = amsgrad ? maximum(slot("max_exp_avg_sq"), second) : second;
      const spread = add(mul(sqrt(largest), scalar("inverse_bias")), eps);
      return {
        param: sub(decayed, div(mul(first, scalar("step_size")), spread)),
        slots: { exp_avg: first, exp_avg_sq: second, ...(amsgrad ? { max_exp_avg_sq: largest } : {}) },
      };
    },
  };
}
