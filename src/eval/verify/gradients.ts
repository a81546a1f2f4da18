import { grad } from "../../engine/autodiff.ts";
import { hostTensor } from "../../engine/host-tensor.ts";
import { zerosLike } from "../../engine/ops/leaf.ts";
import type { Tensor } from "../../engine/tensor.ts";
import type { OpenModel } from "../../models/open-model.ts";
import type { HostTensor } from "../../platform/session.ts";
import { compare, incomparable, largestOf } from "./compare.ts";
import { objectives } from "./objectives.ts";
import type { ReferenceRun } from "./reference.ts";
import type { Findings, Tolerances, VerifiedTensor } from "./report.ts";
import { compute, type Trial } from "./trial.ts";

/** A loss is recognised by its value, if it is as near to the given one as this fraction of it. */
const sameLoss = 1e-4;

/** Without a list of gradients that are zero in exact arithmetic: those below this fraction of the largest gradient. */
const asGoodAsZero = 1e-6;

/** Compares the loss, and the gradient of every weight. */
export async function compareGradients(
  trial: Trial,
  model: OpenModel,
  reference: ReferenceRun,
  tolerances: Tolerances,
): Promise<Findings> {
  const { loss, gradients } = reference;
  const fail = (note: string): Findings => ({
    tensors: [{ kind: "output", name: "loss", ...incomparable(tolerances.output, note) }],
    skipped: [...gradients.keys()].map((name) => ({ name, reason: "its loss is not known" })),
  });
  if (loss === undefined)
    return gradients.size === 0 ? { tensors: [], skipped: [] } : fail("the folder gives gradients, but not their loss");
  const objective = await recogniseLoss(trial, loss);
  if (objective === undefined) return fail(`no loss that is tried has the value ${loss}`);

  const scalar = hostTensor("float32", [], [loss]);
  const tensors: VerifiedTensor[] = [
    { kind: "output", name: "loss", ...compare(objective.value, scalar, tolerances.output) },
  ];
  if (gradients.size === 0) return { objective: objective.name, tensors, skipped: [] };

  const found = await gradientsOf(objective.loss, trial);
  const largest = Math.max(...[...gradients.values()].map(largestOf)) || 1; // a single pair's gradients are all 0
  for (const [name, expected] of gradients) {
    const gradient = found.get(model.parameterOf(name) ?? "");
    const comparison =
      gradient === undefined
        ? incomparable(tolerances.gradient, "the model has no such weight")
        : isZero(name, expected, largest, reference)
          ? { note: "zero in exact arithmetic", ...compare(gradient.value, expected, tolerances.output, largest) }
          : compare(gradient.value, expected, tolerances.gradient);
    tensors.push({ kind: "gradient", name, ...comparison });
  }
  const given = new Set([...gradients.keys()].map((name) => model.parameterOf(name)));
  const skipped = [...found]
    .filter(([path, { isConstant }]) => !isConstant && !given.has(path))
    .map(([name]) => ({ name, reason: "the reference has no gradient of it" }));
  return { objective: objective.name, tensors, skipped };
}

/** Whether a gradient is rounding noise alone, or nothing, so that it has no size to measure errors by. */
const isZero = (name: string, gradient: HostTensor, largest: number, { zeroGradients }: ReferenceRun): boolean =>
  (zeroGradients?.has(name) ?? largestOf(gradient) <= asGoodAsZero * largest) || largestOf(gradient) === 0;

/** The loss that has the value that the reference has, with its own value; the nearest if several do. */
async function recogniseLoss(
  trial: Trial,
  value: number,
): Promise<{ readonly name: string; readonly loss: Tensor; readonly value: HostTensor } | undefined> {
  const candidates = objectives(trial.outputs, trial.inputs);
  const values = await compute(candidates, trial);
  const distance = (name: string): number => Math.abs(Number(values[name]!.data[0]) - value);
  const name = Object.keys(candidates).reduce((best, other) => (distance(other) < distance(best) ? other : best));
  if (!(distance(name) <= sameLoss * Math.abs(value))) return undefined;
  return { name, loss: candidates[name]!, value: values[name]! };
}

/** The gradient of each weight that trains, by path: zeros where the loss does not depend on it. */
async function gradientsOf(loss: Tensor, trial: Trial): Promise<Map<string, Gradient>> {
  const trained = trial.parameters.filter(({ trainable }) => trainable);
  const gradients = grad(
    loss,
    trained.map(({ tensor }) => tensor),
  );
  const wanted = trained.map(({ path, tensor }, i) => [path, gradients[i] ?? zerosLike(tensor)] as const);
  const values = await compute(Object.fromEntries(wanted), trial);
  return new Map(
    trained.map(({ path }, i) => [path, { value: values[path]!, isConstant: gradients[i] === undefined }]),
  );
}

interface Gradient {
  readonly value: HostTensor;
  /** Whether the loss does not depend on the weight. */
  readonly isConstant: boolean;
}
