import { FoveaError } from "../platform/error.ts";
import { inOrder } from "./onnx/lower.ts";
import { add, isFloat } from "./ops/elementwise.ts";
import { full } from "./ops/leaf.ts";
import type { Node, Tensor } from "./tensor.ts";

/**
 * Gradients of a scalar with respect to tensors, by reverse-mode differentiation. The result is part of the same
 * graph: it can be computed in the same run, and differentiated again.
 *
 * @param loss a float tensor of shape `[]`
 * @param wrt  any tensors, most often the parameters
 * @returns    for each, a tensor of its shape, or `undefined` if the loss does not depend on it
 * @throws {FoveaError} GRADIENT_NOT_SCALAR, GRADIENT_MISSING (an op without a gradient lies on the way)
 */
export function grad(loss: Tensor, wrt: readonly Tensor[]): (Tensor | undefined)[] {
  if (loss.rank !== 0)
    throw new FoveaError(
      "GRADIENT_NOT_SCALAR",
      "grad",
      `the loss has shape [${loss.shape.join(", ")}]`,
      "take its mean or sum",
    );
  return vjp([loss], [full(1, [], loss.dtype)], wrt);
}

/** As {@link grad}, for several outputs with a given gradient each. */
export function vjp(
  outputs: readonly Tensor[],
  seeds: readonly Tensor[],
  wrt: readonly Tensor[],
): (Tensor | undefined)[] {
  const targets = new Set(wrt);
  const towards = nodesTowards(targets, outputs);
  const leads = (tensor: Tensor): boolean => targets.has(tensor) || towards.has(tensor.node);
  const gradients = new Map<Tensor, Tensor>();
  const accumulate = (tensor: Tensor, gradient: Tensor): void => {
    const sofar = gradients.get(tensor);
    gradients.set(tensor, sofar === undefined ? gradient : add(sofar, gradient));
  };
  for (const [i, output] of outputs.entries()) accumulate(output, seeds[i]!);
  for (const node of [...towards].reverse()) {
    const incoming = node.outputs.map((output) => gradients.get(output));
    if (incoming.every((gradient) => gradient === undefined)) continue;
    const wanted = node.inputs.map(leads);
    for (const [i, gradient] of inputGradients(node, incoming, wanted).entries())
      if (gradient !== undefined && wanted[i] === true) accumulate(node.inputs[i]!, gradient);
  }
  return wrt.map((tensor) => gradients.get(tensor));
}

function inputGradients(
  node: Node,
  incoming: readonly (Tensor | undefined)[],
  wanted: readonly boolean[],
): readonly (Tensor | undefined)[] {
  if (node.op.vjp !== undefined) return node.op.vjp(incoming, node, wanted);
  if (!node.outputs.some(isFloat)) return [];
  throw new FoveaError(
    "GRADIENT_MISSING",
    node.op.name,
    "this op has no gradient",
    "stop the gradient before it, or use another op",
  );
}

/** The nodes through which `outputs` depend on `targets`, inputs first. */
function nodesTowards(targets: ReadonlySet<Tensor>, outputs: readonly Tensor[]): ReadonlySet<Node> {
  const towards = new Set<Node>();
  for (const node of inOrder(outputs))
    if (node.inputs.some((input) => targets.has(input) || towards.has(input.node))) towards.add(node);
  return towards;
}
