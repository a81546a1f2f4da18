import { ShapeError } from "../platform/error.ts";
import type { GraphWriter } from "./onnx/graph-writer.ts";
import { Tensor, typeText, type Node, type TensorType } from "./tensor.ts";

/** An op: its shape rule, its lowering to ONNX and its gradient, side by side. */
export interface OpDef<A extends object = object> {
  readonly name: string;
  /** Types of the outputs. Throws what {@link badShape} makes when the inputs do not fit. */
  infer(inputs: readonly TensorType[], attrs: A): readonly TensorType[];
  /** Writes ONNX nodes and returns the names of the output values. `inputs` are the names of the input values. */
  lower(graph: GraphWriter, inputs: readonly string[], node: NodeOf<A>): readonly string[];
  /**
   * Gradients with respect to the inputs, given those with respect to the outputs (`undefined`: nothing depends on
   * that output). Built from ops, so that the gradient is itself a graph. Absent where the op has no gradient.
   */
  vjp?(grads: readonly (Tensor | undefined)[], node: NodeOf<A>): readonly (Tensor | undefined)[];
}

/** A {@link Node} whose attributes have the type of its op. */
export interface NodeOf<A extends object> extends Node {
  readonly attrs: A;
}

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

/** What a shape rule throws; `apply` adds who the operands are. */
class Misfit extends Error {
  readonly code: string;
  readonly mend: string;
  constructor(code: string, found: string, mend: string) {
    super(found);
    this.code = code;
    this.mend = mend;
  }
}

/** For shape rules: the inputs do not fit; `found` says how, `mend` what to change. `code` starts with `SHAPE_`. */
export const badShape = (code: string, found: string, mend: string): Error => new Misfit(code, found, mend);

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
