import { grad } from "../../engine/autodiff.ts";
import { hostTensor } from "../../engine/host-tensor.ts";
import { zerosLike } from "../../engine/ops/leaf.ts";
import type { Tensor } from "../../engine/tensor.ts";
import type { OpenModel } from "../../models/open-model.ts";
import type { HostTensor } from "../../platform/session.ts";
import { compare, largestOf } from "./compare.ts";
import { objectives } from "./objectives.ts";
import type { ReferenceRun } from "./reference.ts";
import type { Findings, SkippedTensor, Tolerances, VerifiedTensor } from "./report.ts";
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
  const skipAll = (reason: string): Findings => ({
    tensors: [],
    skipped: [...(loss === undefined ? [] : ["loss"]), ...gradients.keys()].map((name) => ({ name, reason })),
  });
  if (loss === undefined) return skipAll("the folder does not give the loss");
  const objective = await recogniseLoss(trial, loss);
  if (objective === undefined) return skipAll(`no loss that is tried has the value ${loss}`);

  const scalar = hostTensor("float32", [], [loss]);
  const tensors: VerifiedTensor[] = [
    { kind: "output", name: "loss", ...compare(objective.value, scalar, tolerances.output) },
  ];
  if (gradients.size === 0) return { objective: objective.name, tensors, skipped: [] };

  const found = await gradientsOf(objective.loss, trial);
  const largest = Math.max(...[...gradients.values()].map(largestOf));
  const seen = new Set<string>();
  for (const [name, expected] of gradients) {
    const path = model.parameterOf(name) ?? "";
    seen.add(path);
    tensors.push({ kind: "gradient", name, ...compareOne(name, found[path], expected, largest) });
  }
  return { objective: objective.name, tensors, skipped: without(trial, seen) };

  function compareOne(name: string, gradient: HostTensor | undefined, expected: HostTensor, largest: number) {
    if (gradient === undefined)
      return {
        error: Infinity,
        scale: 0,
        tolerance: tolerances.gradient,
        ok: false,
        note: "the model has no such weight",
      };
    if (isZero(name, expected, largest, reference))
      return { ...compare(gradient, expected, tolerances.output, largest), note: "zero in exact arithmetic" };
    return compare(gradient, expected, tolerances.gradient);
  }
}

const without = ({ parameters }: Trial, seen: ReadonlySet<string>): SkippedTensor[] =>
  parameters
    .filter(({ path, trainable }) => trainable && !seen.has(path))
    .map(({ path }) => ({ name: path, reason: "the reference has no gradient of it" }));

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

/** The gradient of each weight, by path; zeros where the loss does not depend on it. */
function gradientsOf(loss: Tensor, trial: Trial): Promise<Record<string, HostTensor>> {
  const { parameters } = trial;
  const weights = parameters.map(({ tensor }) => tensor);
  const gradients = grad(loss, weights).map((gradient, i) => gradient ?? zerosLike(weights[i]!));
  return compute(Object.fromEntries(parameters.map(({ path }, i) => [path, gradients[i]!])), trial);
}
