import { grad, vjp } from "../engine/autodiff.ts";
import { compile } from "../engine/compile.ts";
import { hostTensor } from "../engine/host-tensor.ts";
import { input, zerosLike } from "../engine/ops/leaf.ts";
import type { Tensor } from "../engine/tensor.ts";
import { Scope, type Parameter } from "../nn/scope.ts";
import { TrainError } from "../platform/error.ts";
import type { Device } from "../platform/session.ts";
import { addInto, clear, partOf, separate } from "./accumulate.ts";
import type { Measured, Objective, Tensors, TrainStep } from "./step.ts";

/** What becomes of one part of a batch, and what of the whole. */
export interface Embedded {
  /** `[items, width]` embeddings of the part by name, of any number of towers. */
  readonly embeddings: Readonly<Record<string, Tensor>>;
  /** The objective of the whole batch's embeddings; besides them it may depend on parameters, such as a logit scale. */
  readonly objective: (embeddings: Readonly<Record<string, Tensor>>) => Objective;
}

/**
 * GradCache: the exact gradient of a contrastive loss over a batch whose activations do not fit into memory. Every part
 * is embedded; the loss and its gradient by all embeddings are computed at once; then every part is embedded again, and
 * these gradients go back through it. Memory for activations is one part's; a third more is computed.
 *
 * The same inputs must give the same embeddings both times: whatever is random is an input.
 *
 * @param embed declares parameters and the inputs of one part
 * @param parts of the batch; its tensors are cut along their first axis
 * @throws {TrainError} NOTHING_TO_TRAIN; its `run` throws BATCH_NOT_DIVISIBLE
 * @see Gao et al. 2021, https://arxiv.org/abs/2101.06983 section 3.2
 */
export async function compileGradCache(
  embed: (scope: Scope) => Embedded,
  parts: number,
  options: { readonly device?: Device; readonly threads?: number } = {},
): Promise<TrainStep> {
  const scope = Scope.root();
  const { embeddings: embedded, objective } = embed(scope);
  const names = Object.keys(embedded);
  const whole = mapValues(embedded, (name, { shape }) =>
    input(`embedding ${name}`, "float32", [parts * shape[0]!, ...shape.slice(1)]),
  );
  const { loss, metrics, chance } = objective(whole);
  const trained = scope.parameters.filter(({ trainable }) => trainable);
  const weights = trained.map(({ tensor }) => tensor);

  // The gradient by an embedding, its slope, comes out of the loss and goes into the towers.
  const slopes = grad(loss, Object.values(whole)).map((slope, i) => slope ?? zerosLike(Object.values(whole)[i]!));
  const seeds = mapValues(embedded, (name, { shape }) => input(`slope ${name}`, "float32", shape));
  const ofLoss = byPath(trained, grad(loss, weights));
  const ofTowers = byPath(trained, vjp(Object.values(embedded), Object.values(seeds), weights));
  const parameters = trained.filter(({ path }) => path in ofLoss || path in ofTowers);
  if (parameters.length === 0)
    throw new TrainError("NOTHING_TO_TRAIN", "train", "the loss depends on no trainable parameter", "unfreeze some");

  const scalars = { ...metrics, loss };
  const slopesByName = Object.fromEntries(names.map((name, i) => [name, slopes[i]!]));
  const [embedding, losing, backward] = await Promise.all([
    compile(prefixed("embedding ", embedded), options),
    compile(
      { ...prefixed("slope ", slopesByName), ...prefixed("d ", ofLoss), ...prefixed("scalar ", scalars) },
      options,
    ),
    compile(prefixed("d ", ofTowers), options),
  ]);
  const embeddings = mapValues(whole, (_, { shape }) => hostTensor("float32", shape));
  const slopeValues = mapValues(whole, (_, { shape }) => hostTensor("float32", shape));
  const partGradients = mapValues(ofTowers, (_, { shape }) => hostTensor("float32", shape));

  async function run(feeds: Tensors, gradients: Tensors): Promise<Measured> {
    const { weights, batch } = separate(feeds, scope.parameters);
    const batchParts = Array.from({ length: parts }, (_, part) => partOf(batch, part, parts));
    for (const [part, fed] of batchParts.entries())
      await embedding.run({ ...weights, ...fed }, prefixed("embedding ", partOf(embeddings, part, parts)));
    const results = await losing.run(
      { ...weights, ...prefixed("embedding ", embeddings) },
      { ...prefixed("slope ", slopeValues), ...prefixed("d ", gradients) },
    );
    for (const path of Object.keys(ofTowers)) if (!(path in ofLoss)) clear(gradients[path]);
    for (const [part, fed] of batchParts.entries()) {
      const slopes = prefixed("slope ", partOf(slopeValues, part, parts));
      await backward.run({ ...weights, ...fed, ...slopes }, prefixed("d ", partGradients));
      addInto(gradients, partGradients);
    }
    const measured = Object.keys(scalars).map((name) => [name, Number(results[`scalar ${name}`]!.data[0])] as const);
    return { loss: NaN, ...Object.fromEntries(measured) };
  }

  return {
    parameters,
    untouched: trained.filter((parameter) => !parameters.includes(parameter)),
    all: scope.parameters,
    chance,
    run,
    [Symbol.asyncDispose]: async () => {
      for (const session of [embedding, losing, backward]) await session.dispose();
    },
  };
}

/** The gradients that exist, by their parameters' paths. */
const byPath = (parameters: readonly Parameter[], gradients: readonly (Tensor | undefined)[]): Record<string, Tensor> =>
  Object.fromEntries(
    parameters.flatMap(({ path }, i) => {
      const gradient = gradients[i];
      return gradient === undefined ? [] : [[path, gradient]];
    }),
  );

const mapValues = <A, B>(record: Readonly<Record<string, A>>, map: (name: string, value: A) => B): Record<string, B> =>
  Object.fromEntries(Object.entries(record).map(([name, value]) => [name, map(name, value)]));

/** The same values, each name after a prefix: a graph's inputs and outputs are named apart. */
const prefixed = <T>(prefix: string, record: Readonly<Record<string, T>>): Record<string, T> =>
  Object.fromEntries(Object.entries(record).map(([name, value]) => [prefix + name, value]));
