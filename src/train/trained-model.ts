import { sameShape } from "../engine/shape.ts";
import { TrainError } from "../platform/error.ts";
import type { HostTensor } from "../platform/session.ts";
import { clampLogitScale } from "./losses/logit-scale.ts";
import { createUpdater, type Updater } from "./optim/updater.ts";
import { groupsOf, optimizerOf } from "./optimizer-recipe.ts";
import type { Recipe } from "./recipe.ts";
import type { Tensors, TrainStep } from "./step.ts";

/** Largest factor on cosine similarities. @see https://arxiv.org/abs/2103.00020 section 2.5 */
export const maxScale = 100;

/** A model in training: weights, their average, the optimizer's state. */
export class TrainedModel implements AsyncDisposable {
  /** What the graph is fed besides the batch. */
  readonly parameters: Tensors;
  /** Where the graph writes gradients to. */
  readonly gradients: Tensors;
  readonly #updater: Updater;

  private constructor(updater: Updater, initial: ReadonlyMap<string, HostTensor<"float32">>) {
    this.#updater = updater;
    this.parameters = { ...Object.fromEntries(initial), ...updater.parameters };
    this.gradients = updater.gradients;
  }

  /** @param initial first values of all parameters of the model, those that never change too */
  static async create(
    { parameters }: Pick<TrainStep, "parameters">,
    initial: ReadonlyMap<string, HostTensor<"float32">>,
    { optimizer, average }: Pick<Recipe, "optimizer" | "average">,
  ): Promise<TrainedModel> {
    const trained = new Map(parameters.map(({ path }) => [path, initial.get(path)!]));
    const updater = await createUpdater(trained, optimizerOf(optimizer), {
      groups: groupsOf(optimizer),
      maxGradNorm: optimizer.clip,
      ...(average > 0 && { ema: { decay: average, warmup: true } }),
    });
    return new TrainedModel(updater, initial);
  }

  /** Changes the weights by their gradients; does nothing if the norm is not finite. */
  async update(now: { readonly lr: number; readonly step: number }): Promise<{ readonly gradNorm: number }> {
    const result = await this.#updater.step(now);
    const scale = this.#updater.parameters["logit_scale"];
    if (scale !== undefined) clampLogitScale(scale, maxScale);
    return result;
  }

  /** What the run gives out: the averages if they are kept, and the weights that never change. */
  result(): Tensors {
    return { ...this.parameters, ...this.#updater.ema };
  }

  /** Everything that changes, sharing memory with the model. */
  state(): Map<string, HostTensor> {
    const weights = Object.entries(this.#updater.parameters).map(
      ([name, tensor]) => [weightPrefix + name, tensor] as const,
    );
    return new Map<string, HostTensor>([...weights, ...this.#updater.state()]);
  }

  /** Takes over a {@link state}. @throws {TrainError} CHECKPOINT_MISFIT, {@link FoveaError} OPTIMIZER_STATE */
  load(state: ReadonlyMap<string, HostTensor>): void {
    this.#updater.load(new Map([...state].filter(([name]) => !name.startsWith(weightPrefix))));
    for (const [name, { data, shape }] of Object.entries(this.#updater.parameters)) {
      const saved = state.get(weightPrefix + name);
      if (saved === undefined || !(saved.data instanceof Float32Array) || !sameShape(saved.shape, shape))
        throw new TrainError(
          "CHECKPOINT_MISFIT",
          name,
          `the checkpoint does not hold it with shape [${shape.join(", ")}]`,
          "the model was changed since: train into another folder",
        );
      data.set(saved.data);
    }
  }

  /** Frees the optimizer's sessions. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#updater.dispose();
  }
}

const weightPrefix = "weight.";
