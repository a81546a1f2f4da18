import { add, mul, sub } from "../../engine/ops/elementwise.ts";
import type { Tensor } from "../../engine/tensor.ts";
import type { Optimizer } from "./optimizer.ts";

/** Options of {@link sgd}, with PyTorch's meaning and defaults. */
export interface SgdOptions {
  /** Share of the momentum buffer that stays; 0: no buffer. */
  readonly momentum?: number;
  /** Share of the gradient that does not enter the buffer, except at the first step; 0. */
  readonly dampening?: number;
  /** Step along the gradient plus `momentum` times the new buffer; false. */
  readonly nesterov?: boolean;
}

/**
 * Stochastic gradient descent; weight decay is added to the gradient (L2).
 * @see https://docs.pytorch.org/docs/stable/generated/torch.optim.SGD.html for the momentum, which is not Sutskever's
 */
export function sgd({ momentum = 0, dampening = 0, nesterov = false }: SgdOptions = {}): Optimizer<
  "momentum_buffer",
  "lr" | "decay" | "intake"
> {
  return {
    name: "sgd",
    slots: (shape) => (momentum === 0 ? {} : { momentum_buffer: { shape } }),
    scalars: ({ step, lr, weightDecay }) => ({ lr, decay: weightDecay, intake: step === 0 ? 1 : 1 - dampening }),
    update({ param, grad, slot, scalar }) {
      const gradient = add(grad, mul(param, scalar("decay")));
      const descend = (direction: Tensor): Tensor => sub(param, mul(direction, scalar("lr")));
      if (momentum === 0) return { param: descend(gradient), slots: {} };
      const buffer = add(mul(slot("momentum_buffer"), momentum), mul(gradient, scalar("intake")));
      const direction = nesterov ? add(gradient, mul(buffer, momentum)) : buffer;
      return { param: descend(direction), slots: { momentum_buffer: buffer } };
    },
  };
}
