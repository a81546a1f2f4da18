import { ShapeError } from "../platform/error.ts";
import { demandExtents, Misfit, typeText } from "./shape.ts";
import { Tensor, type Node, type OpDef } from "./tensor.ts";

/** Declares an op. The object is the op's identity: make one for each op, at module level. */
export const defineOp = <A extends object>(def: OpDef<A>): OpDef<A> => def;

/**
 * Applies an op: infers the output types, or throws at the line that asked for the impossible. Attributes may be given
 * as a function, so that what it finds wrong with the inputs is reported as the op's.
 * @throws {ShapeError} with the operands' types and the parameters that they come from
 */
export function apply<A extends object>(
  op: OpDef<A>,
  inputs: readonly Tensor[],
  attrs: A | (() => A),
): readonly Tensor[] {
  return checked(op.name, inputs, () => {
    const known = typeof attrs === "function" ? attrs() : attrs;
    const types = op.infer(inputs, known);
    for (const { shape } of types) demandExtents(shape);
    const outputs: Tensor[] = [];
    const node: Node = { op, inputs, attrs: known, outputs };
    for (const [index, type] of types.entries()) outputs.push(new Tensor(node, index, type));
    return outputs;
  });
}

/** As {@link apply}, for ops with one output. */
export const applyOne = <A extends object>(op: OpDef<A>, inputs: readonly Tensor[], attrs: A | (() => A)): Tensor =>
  apply(op, inputs, attrs)[0]!;

/**
 * Runs `body`; what a shape rule in it throws is reported as a misfit of `inputs` with the op, or composite, `name`.
 * @throws {ShapeError}
 */
export function checked<T>(name: string, inputs: readonly Tensor[], body: () => T): T {
  try {
    return body();
  } catch (error) {
    throw error instanceof Misfit ? shapeError(name, inputs, error) : error;
  }
}

function shapeError(op: string, inputs: readonly Tensor[], { code, message, mend }: Misfit): ShapeError {
  const origins = inputs.map((input) => nearestInput(input));
  const operands = inputs.map((input, i) => typeText(input) + originText(origins[i]));
  const list = operands.length > 2 ? [operands.slice(0, -1).join(", "), operands.at(-1)!] : operands;
  const applied = operands.length === 0 ? op : `${op} of ${list.join(" and ")}`;
  return new ShapeError(code, modulePath(origins) ?? op, `${applied}: ${message}`, mend);
}

/** A named graph input, and how many ops lie between it and the tensor that it was looked for from. */
interface Origin {
  readonly name: string;
  readonly distance: number;
}

/** The nearest graph input that a tensor is computed from; parameters, whose names are paths, before others. */
function nearestInput(from: Tensor, reach = 200): Origin | undefined {
  const queue: (readonly [Node, distance: number])[] = [[from.node, 0]];
  const seen = new Set<Node>([from.node]);
  let other: Origin | undefined;
  for (let i = 0; i < queue.length && i < reach; i++) {
    const [{ attrs, inputs }, distance] = queue[i]!;
    if ("name" in attrs && typeof attrs.name === "string") {
      const origin = { name: attrs.name, distance };
      if (origin.name.includes(".")) return origin;
      other ??= origin;
    }
    for (const { node } of inputs) {
      if (!seen.has(node)) queue.push([node, distance + 1]);
      seen.add(node);
    }
  }
  return other;
}

function originText(origin: Origin | undefined): string {
  if (origin === undefined) return "";
  return origin.distance === 0 ? ` (${origin.name})` : ` (computed from ${origin.name})`;
}

/** The module that the operands belong to: the path, without its last part, of the parameter that is nearest to one. */
function modulePath(origins: readonly (Origin | undefined)[]): string | undefined {
  const known = origins.filter((origin) => origin !== undefined);
  const parameters = known.filter(({ name }) => name.includes("."));
  const nearest = parameters.toSorted((a, b) => a.distance - b.distance)[0];
  return nearest?.name.slice(0, nearest.name.lastIndexOf(".")) ?? known[0]?.name;
}
