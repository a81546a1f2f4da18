import type { HostTensor } from "../platform/session.ts";
import type { Tensors } from "./step.ts";

/**
 * A moving average of weights: less noisy than the weights themselves at any moment of training.
 * Early on it forgets faster, so that the random first weights do not linger.
 */
export class WeightAverage {
  readonly #decay: number;
  readonly #weights: Tensors;
  /** The averages, by parameter name. */
  readonly tensors: Tensors;

  constructor(weights: Tensors, decay: number) {
    this.#weights = weights;
    this.#decay = decay;
    this.tensors = Object.fromEntries(
      Object.entries(weights).map(([name, tensor]) => [name, { ...tensor, data: tensor.data.slice() } as HostTensor]),
    );
  }

  /** Takes in the weights after update number `step`. */
  update(step: number): void {
    const rate = 1 - Math.min(this.#decay, step / (step + 9));
    for (const [name, { data }] of Object.entries(this.tensors)) {
      const weight = this.#weights[name]!.data as Float32Array;
      const average = data as Float32Array;
      for (let i = 0; i < average.length; i++) average[i]! += rate * (weight[i]! - average[i]!);
    }
  }
}
