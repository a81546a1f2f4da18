import { compile } from "../engine/compile.ts";
import { grad } from "../engine/autodiff.ts";
import type { Tensor } from "../engine/tensor.ts";
import { Scope, type Parameter } from "../nn/scope.ts";
import { TrainError } from "../platform/error.ts";
import type { Device, HostTensor, Session } from "../platform/session.ts";

/** What a step minimises, and what it reports beside it. */
export interface Objective {
  /** A scalar. */
  readonly loss: Tensor;
  /** Scalars by name. */
  readonly metrics: Readonly<Record<string, Tensor>>;
  /** The loss of a model that cannot tell anything apart. */
  readonly chance: number;
}

/** Tensors by name. */
export type Tensors = Readonly<Record<string, HostTensor>>;

/** What one run of a step measured: `loss` and the objective's metrics. */
export type Measured = Readonly<Record<string, number>> & { readonly loss: number };

/** A compiled training step: loss, metrics and the gradient of every trained parameter in one graph. */
export interface TrainStep extends AsyncDisposable {
  /** Trained parameters that the loss depends on. */
  readonly parameters: readonly Parameter[];
  /** Trained parameters that the loss does not depend on: they have no gradient and never change. */
  readonly untouched: readonly Parameter[];
  /** Every parameter of the model, in order of declaration. */
  readonly all: readonly Parameter[];
  /** See {@link Objective.chance}. */
  readonly chance: number;
  /** Runs the graph once on `feeds` (parameters and batch) and writes each gradient into `gradients`, by parameter name. */
  run(feeds: Tensors, gradients: Tensors): Promise<Measured>;
}

// Outputs of the graph are named apart from its inputs, which are the parameters and the batch.
const gradientName = (parameter: string): string => `d ${parameter}`;
const scalarName = (metric: string): string => `scalar ${metric}`;

/**
 * Builds the model once and compiles its step.
 * @param build declares parameters in the scope and returns the objective; its inputs are the batch
 * @throws {TrainError} NOTHING_TO_TRAIN
 */
export async function compileStep(
  build: (scope: Scope) => Objective,
  options: { readonly device?: Device; readonly threads?: number } = {},
): Promise<TrainStep> {
  const scope = Scope.root();
  const { loss, metrics, chance } = build(scope);
  const trained = scope.parameters.filter(({ trainable }) => trainable);
  const gradients = grad(
    loss,
    trained.map(({ tensor }) => tensor),
  );
  const parameters = trained.filter((_, i) => gradients[i] !== undefined);
  if (parameters.length === 0)
    throw new TrainError("NOTHING_TO_TRAIN", "train", "the loss depends on no trainable parameter", "unfreeze some");
  const named = trained.flatMap(({ path }, i) =>
    gradients[i] === undefined ? [] : [[gradientName(path), gradients[i]] as const],
  );
  const scalars = Object.entries({ ...metrics, loss }).map(([name, value]) => [scalarName(name), value] as const);
  const session = await compile(Object.fromEntries([...scalars, ...named]), options);
  return {
    parameters,
    untouched: trained.filter((_, i) => gradients[i] === undefined),
    all: scope.parameters,
    chance,
    run: (feeds, into) => runStep(session, [...Object.keys(metrics), "loss"], feeds, into),
    [Symbol.asyncDispose]: async () => void (await session.dispose()),
  };
}

async function runStep(
  session: Session,
  scalars: readonly string[],
  feeds: Tensors,
  gradients: Tensors,
): Promise<Measured> {
  const into = Object.fromEntries(Object.entries(gradients).map(([name, view]) => [gradientName(name), view]));
  const results = await session.run(feeds, into);
  const measured = scalars.map((name) => [name, Number(results[scalarName(name)]!.data[0])] as const);
  return { loss: NaN, ...Object.fromEntries(measured) };
}
