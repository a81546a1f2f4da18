import { ShapeError } from "../platform/error.ts";
import { Misfit, typeText, type TensorType } from "./shape.ts";
import { Tensor, type Node, type OpDef } from "./tensor.ts";

/** Declares an op. The object is the op's identity: make one for each op, at module level. */
export const defineOp = <A extends object>(def: OpDef<A>): OpDef<A> => def;

/**
 * Applies an op: infers the output types, or throws at the line that asked for the impossible.
 * @throws {ShapeError} with the operands' types and the parameters that they come from
 */
export function apply<A extends object>(op: OpDef<A>, inputs: readonly Tensor[], attrs: A): readonly Tensor[] {
  let types: readonly TensorType[];
  try {
    types = op.infer(inputs, attrs);
  } catch (error) {
    throw error instanceof Misfit ? shapeError(op.name, inputs, error) : error;
  }
  const outputs: Tensor[] = [];
  const node: Node = { op, inputs, attrs, outputs };
  for (const [index, type] of types.entries()) outputs.push(new Tensor(node, index, type));
  return outputs;
}

/** As {@link apply}, for ops with one output. */
export const applyOne = <A extends object>(op: OpDef<A>, inputs: readonly Tensor[], attrs: A): Tensor =>
  apply(op, inputs, attrs)[0]!;

function shapeError(op: string, inputs: readonly Tensor[], { code, message, mend }: Misfit): ShapeError {
  const operands = inputs.map((input) => typeText(input) + origin(input)).join(" and ");
  return new ShapeError(code, modulePath(inputs) ?? op, `${op} of ${operands}: ${message}`, mend);
}

/** The nearest named graph input that a tensor is computed from, looking at most `reach` nodes back. */
function nearestName(from: Tensor, reach = 200): string | undefined {
  const queue = [from];
  const seen = new Set<Node>();
  for (let i = 0; i < queue.length && i < reach; i++) {
    const { node } = queue[i]!;
    if ("name" in node.attrs && typeof node.attrs.name === "string") return node.attrs.name;
    if (seen.has(node)) continue;
    seen.add(node);
    queue.push(...node.inputs);
  }
  return undefined;
}

function origin(tensor: Tensor): string {
  const name = nearestName(tensor);
  if (name === undefined) return "";
  return tensor.node.inputs.length === 0 ? ` (${name})` : ` (computed from ${name})`;
}

/** The module that the operands belong to: a parameter's path without its last part. */
function modulePath(inputs: readonly Tensor[]): string | undefined {
  const names = inputs.map((input) => nearestName(input)).filter((name) => name !== undefined);
  const parameter = names.findLast((name) => name.includes("."));
  return parameter?.slice(0, parameter.lastIndexOf(".")) ?? names[0];
}
