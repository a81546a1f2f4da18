import { add, div, mul, sqrt, sub } from "../../engine/ops/elementwise.ts";
import { lerp, type Optimizer } from "./optimizer.ts";

/** Options of {@link rmsprop}, with PyTorch's defaults. */
export interface RmspropOptions {
  /** Share of the average of squared gradients that stays; 0.99. */
  readonly alpha?: number;
  /** Added to the root of the average; 1e-8. */
  readonly eps?: number;
  /** Share of the momentum buffer that stays; 0: no buffer. */
  readonly momentum?: number;
  /** Divide by the deviation about the mean gradient instead of the root mean square; false. */
  readonly centered?: boolean;
}

type RmspropSlot = "square_avg" | "grad_avg" | "momentum_buffer";

/**
 * RMSprop: the gradient divided by the root of a moving average of its square. Weight decay is added to the gradient.
 * @see Hinton's lecture 6, https://www.cs.toronto.edu/~tijmen/csc321/slides/lecture_slides_lec6.pdf
 */
export function rmsprop({ alpha = 0.99, eps = 1e-8, momentum = 0, centered = false }: RmspropOptions = {}): Optimizer<
  RmspropSlot,
  "lr" | "decay"
> {
  return {
    name: "rmsprop",
    slots: (shape) => ({
      square_avg: { shape },
      ...(centered ? { grad_avg: { shape } } : {}),
      ...(momentum === 0 ? {} : { momentum_buffer: { shape } }),
    }),
    scalars: ({ lr, weightDecay }) => ({ lr, decay: weightDecay }),
    update({ param, grad, slot, scalar }) {
      const gradient = add(grad, mul(param, scalar("decay")));
      const square = add(mul(slot("square_avg"), alpha), mul(mul(gradient, gradient), 1 - alpha));
      const mean = centered ? lerp(slot("grad_avg"), gradient, 1 - alpha) : undefined;
      const variance = mean === undefined ? square : sub(square, mul(mean, mean));
      const scaled = div(gradient, add(sqrt(variance), eps));
      const buffer = momentum === 0 ? undefined : add(mul(slot("momentum_buffer"), momentum), scaled);
      return {
        param: sub(param, mul(buffer ?? scaled, scalar("lr"))),
        slots: {
          square_avg: square,
          ...(mean === undefined ? {} : { grad_avg: mean }),
          ...(buffer === undefined ? {} : { momentum_buffer: buffer }),
        },
      };
    },
  };
}
