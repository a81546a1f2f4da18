import { TrainError } from "../platform/error.ts";
import type { HostTensor } from "../platform/session.ts";
import { WeightAverage } from "./average.ts";
import { plainAdamW } from "./plain-adamw.ts";
import type { Recipe } from "./recipe.ts";
import type { Tensors, TrainStep } from "./step.ts";

/** Largest factor on cosine similarities. @see https://arxiv.org/abs/2103.00020 section 2.5 */
export const maxScale = 100;

/** A model in training: weights, their average, the optimizer's state. */
export class TrainedModel {
  /** What the graph is fed besides the batch. */
  readonly parameters: Tensors;
  /** Where the graph writes gradients to. */
  readonly gradients: Tensors;
  readonly #updater: ReturnType<typeof plainAdamW>;
  readonly #average: WeightAverage;

  constructor(
    { parameters }: Pick<TrainStep, "parameters">,
    initial: ReadonlyMap<string, HostTensor<"float32">>,
    { optimizer, average }: Pick<Recipe, "optimizer" | "average">,
  ) {
    this.#updater = plainAdamW(parameters, initial, optimizer);
    this.#average = new WeightAverage(this.#updater.parameters, average);
    this.parameters = { ...Object.fromEntries(initial), ...this.#updater.parameters };
    this.gradients = this.#updater.gradients;
  }

  /** Changes the weights by their gradients. */
  update(now: { readonly lr: number; readonly step: number }): { readonly gradNorm: number } {
    const result = this.#updater.step(now);
    const scale = this.parameters["logit_scale"]; // the logarithm of the factor
    if (scale !== undefined) scale.data[0] = Math.min(Number(scale.data[0]), Math.log(maxScale));
    this.#average.update(now.step + 1);
    return result;
  }

  /** What the run gives out: the averages, and the weights that never change. */
  result(): Tensors {
    return { ...this.parameters, ...this.#average.tensors };
  }

  /** Everything that changes, by kind and name, sharing memory with the model. */
  state(): Map<string, HostTensor> {
    return new Map([
      ...prefixed("weights/", Object.entries(this.#updater.parameters)),
      ...prefixed("average/", Object.entries(this.#average.tensors)),
      ...prefixed("optimizer/", this.#updater.state()),
    ]);
  }

  /** Takes over a {@link state}. @throws {TrainError} CHECKPOINT_MISFIT */
  load(state: ReadonlyMap<string, HostTensor>): void {
    for (const [name, { data }] of this.state()) {
      const saved = state.get(name);
      if (saved?.data.length !== data.length)
        throw new TrainError(
          "CHECKPOINT_MISFIT",
          name,
          "the checkpoint does not hold it in this shape",
          "the model was changed since: train into another folder",
        );
      (data as Float32Array).set(saved.data as Float32Array);
    }
  }
}

const prefixed = (prefix: string, tensors: Iterable<[string, HostTensor]>): [string, HostTensor][] =>
  [...tensors].map(([name, tensor]) => [prefix + name, tensor]);
