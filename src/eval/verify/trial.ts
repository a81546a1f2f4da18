import { evaluate } from "../../engine/compile.ts";
import { hostTensor } from "../../engine/host-tensor.ts";
import { input } from "../../engine/ops/leaf.ts";
import { loadParameters } from "../../models/load.ts";
import type { NamedTensors } from "../../models/model.ts";
import type { OpenModel } from "../../models/open-model.ts";
import { Scope, type Parameter } from "../../nn/scope.ts";
import type { HostTensor } from "../../platform/session.ts";
import type { ReferenceRun } from "./reference.ts";

/** A model with a reference's weights and inputs, as a graph and what to feed it. */
export interface Trial {
  readonly inputs: NamedTensors;
  readonly outputs: NamedTensors;
  readonly parameters: readonly Parameter[];
  readonly feeds: Readonly<Record<string, HostTensor>>;
}

// Apart from the names of parameters.
const inputName = (name: string): string => `input ${name}`;

/**
 * Builds the model on the reference's inputs, and gives it the reference's weights.
 * @throws {InputError} WEIGHTS_MISFIT, MODEL_INPUT_MISSING
 */
export function setUpTrial(model: OpenModel, { weights, inputs }: ReferenceRun): Trial {
  const given = [...inputs].map(([name, tensor]) => [name, asInt64(tensor)] as const);
  const graphInputs = Object.fromEntries(
    given.map(([name, { dtype, shape }]) => [name, input(inputName(name), dtype, shape)]),
  );
  const scope = Scope.root();
  const outputs = model.forward(scope, graphInputs, { resizePositions: true });
  const values = loadParameters(scope.parameters, weights, {
    parameterOf: (name) => model.parameterOf(name),
    where: "model.safetensors",
  });
  const batch = given.map(([name, tensor]) => [inputName(name), tensor] as const);
  return {
    inputs: graphInputs,
    outputs,
    parameters: scope.parameters,
    feeds: Object.fromEntries([...values, ...batch]),
  };
}

const asInt64 = (tensor: HostTensor): HostTensor =>
  tensor.data instanceof Int32Array ? hostTensor("int64", tensor.shape, tensor.data) : tensor;

/** Computes tensors of a trial, or made from its tensors, whatever they are named. */
export async function compute(wanted: NamedTensors, { feeds }: Trial): Promise<Record<string, HostTensor>> {
  const entries = Object.entries(wanted);
  if (entries.length === 0) return {};
  // In ONNX outputs cannot have the names of inputs, and a reference's outputs may have those of weights.
  const results = await evaluate(
    Object.fromEntries(entries.map(([name, tensor]) => [`output ${name}`, tensor])),
    feeds,
  );
  return Object.fromEntries(entries.map(([name]) => [name, results[`output ${name}`]!]));
}
