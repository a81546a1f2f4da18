import { FoveaError } from "../../platform/error.ts";
import type { HostTensor } from "../../platform/session.ts";
import { inOrder } from "../onnx/lower.ts";
import { inputName } from "../ops/leaf.ts";
import { sameShape, shapeText, typeText } from "../shape.ts";
import type { Node, Tensor } from "../tensor.ts";

/**
 * Elementwise graphs as straight-line code on vectors of four float32. A bool is a vector of masks: all bits set, or none.
 */

/** One value of a program; `operands` are the numbers of earlier steps. */
export type Step =
  | { readonly kind: "stream"; readonly name: string }
  | { readonly kind: "scalar"; readonly name: string }
  | { readonly kind: "constant"; readonly value: number }
  | {
      readonly kind: "compute";
      /** Number of a SIMD instruction that takes the operands, in order, from the stack. */
      readonly instruction: number;
      readonly operands: readonly number[];
      /** The same for all elements, so that it is computed once, before the loop. */
      readonly uniform: boolean;
    };

/** A program: equal values are computed once. */
export interface Program {
  readonly steps: readonly Step[];
  /** Streams to store, by name: numbers of steps. */
  readonly outputs: ReadonlyMap<string, number>;
  /** The step whose elements are summed, if any. */
  readonly sum: number | undefined;
}

/** Writes steps, each value once. */
class Writer {
  readonly steps: Step[] = [];
  readonly #known = new Map<string, number>();

  leaf(kind: "stream" | "scalar", name: string): number {
    return this.#once(`${kind} ${name}`, { kind, name });
  }

  constant(value: number): number {
    return this.#once(`constant ${Object.is(value, -0) ? "-0" : value}`, { kind: "constant", value });
  }

  compute(instruction: number, ...operands: number[]): number {
    const uniform = operands.every((operand) => this.isUniform(operand));
    return this.#once(`${instruction} of ${operands.join()}`, { kind: "compute", instruction, operands, uniform });
  }

  isUniform(step: number): boolean {
    const at = this.steps[step]!;
    return at.kind === "compute" ? at.uniform : at.kind !== "stream";
  }

  #once(id: string, step: Step): number {
    let index = this.#known.get(id);
    if (index === undefined) this.#known.set(id, (index = this.steps.push(step) - 1));
    return index;
  }
}

const v128 = { and: 0x4e, bitselect: 0x52 } as const;
const f32x4 = { lt: 0x43, gt: 0x44, sub: 0xe5, div: 0xe7, max: 0xe9 } as const;

type Expansion = (writer: Writer, operands: readonly number[]) => number;

const instruction =
  (number: number): Expansion =>
  (writer, operands) =>
    writer.compute(number, ...operands);

const first: Expansion = (_, [x]) => x!;
const maskToFloat = (writer: Writer, mask: number): number => writer.compute(v128.and, mask, writer.constant(1));

/** What each op is on vectors; ops that are not here cannot be fused. */
const expansions: ReadonlyMap<string, Expansion> = new Map<string, Expansion>([
  ["add", instruction(0xe4)],
  ["sub", instruction(f32x4.sub)],
  ["mul", instruction(0xe6)],
  ["div", instruction(f32x4.div)],
  ["minimum", instruction(0xe8)],
  ["maximum", instruction(f32x4.max)],
  ["abs", instruction(0xe0)],
  ["neg", instruction(0xe1)],
  ["sqrt", instruction(0xe3)],
  ["floor", instruction(0x68)],
  ["round", instruction(0x6a)],
  ["reciprocal", (writer, [x]) => writer.compute(f32x4.div, writer.constant(1), x!)],
  ["relu", (writer, [x]) => writer.compute(f32x4.max, x!, writer.constant(0))],
  ["equal", instruction(0x41)],
  ["less", instruction(f32x4.lt)],
  ["greater", instruction(f32x4.gt)],
  ["greaterEqual", instruction(0x46)],
  ["not", instruction(0x4d)],
  ["and", instruction(v128.and)],
  ["or", instruction(0x50)],
  ["where", (writer, [mask, a, b]) => writer.compute(v128.bitselect, a!, b!, mask!)],
  ["sign", signSteps],
  ["cast", (writer, [mask]) => maskToFloat(writer, mask!)], // the only cast that passes the check of types
  ["stopGradient", first],
  ["straightThrough", first],
]);

/** The ops that work on masks; compared as numbers, masks would be NaN. */
const takesMasks: ReadonlySet<string> = new Set(["and", "or", "not", "where", "cast"]);

function signSteps(writer: Writer, [x]: readonly number[]): number {
  const side = (compare: number): number => maskToFloat(writer, writer.compute(compare, x!, writer.constant(0)));
  return writer.compute(f32x4.sub, side(f32x4.gt), side(f32x4.lt));
}

/**
 * The program of an elementwise graph. Its leaves are constants and `input`s of float32: scalars (shape `[]`) and
 * streams, which all have one shape of at least one axis.
 *
 * @param outputs streams to store
 * @param sum     a stream whose elements are summed
 * @throws {FoveaError} FUSE_UNSUPPORTED
 */
export function toProgram(outputs: Readonly<Record<string, Tensor>>, sum?: Tensor): Program {
  const roots = [...Object.values(outputs), ...(sum === undefined ? [] : [sum])];
  const { shape } = roots[0]!;
  const writer = new Writer();
  const steps = new Map<Tensor, number>();
  for (const root of roots)
    if (root.rank === 0 || root.dtype !== "float32" || !sameShape(root.shape, shape)) throw unsupported(root, shape);
  for (const node of inOrder(roots)) {
    const [result] = node.outputs;
    const step = stepOf(
      writer,
      node,
      node.inputs.map((input) => steps.get(input)!),
      shape,
    );
    if (step === undefined) throw unsupported(result!, shape);
    steps.set(result!, step);
  }
  return {
    steps: writer.steps,
    outputs: new Map(Object.entries(outputs).map(([name, tensor]) => [name, steps.get(tensor)!])),
    sum: sum === undefined ? undefined : steps.get(sum)!,
  };
}

/** The step that a node comes to; `undefined` if it does not fit in. */
function stepOf(writer: Writer, node: Node, operands: readonly number[], shape: readonly number[]): number | undefined {
  const result = node.outputs[0]!;
  const isScalar = result.rank === 0;
  if (!isScalar && !sameShape(result.shape, shape)) return undefined;
  if (node.inputs.some(({ dtype }) => dtype === "bool") && !takesMasks.has(node.op.name)) return undefined;
  const isMask = result.dtype === "bool" && operands.length > 0 && node.op.name !== "cast";
  if (result.dtype !== "float32" && !isMask) return undefined;
  const name = inputName(result);
  if (name !== undefined) return writer.leaf(isScalar ? "scalar" : "stream", name);
  const value = constantOf(node, isScalar);
  if (value !== undefined) return writer.constant(value);
  return expansions.get(node.op.name)?.(writer, operands);
}

/** The number that a `full`, or a `constant` of shape `[]`, stands for. */
function constantOf({ op, attrs }: Node, isScalar: boolean): number | undefined {
  if (!("value" in attrs)) return undefined;
  if (op.name === "full") return Number(attrs.value);
  return op.name === "constant" && isScalar ? Number((attrs.value as HostTensor).data[0]) : undefined;
}

const unsupported = (tensor: Tensor, shape: readonly number[]): FoveaError =>
  new FoveaError(
    "FUSE_UNSUPPORTED",
    "fuse",
    `${tensor.node.op.name} gives ${typeText(tensor)}, among streams of shape ${shapeText(shape)}`,
    "use elementwise ops on float32 scalars and streams of one shape, or compile the graph to ONNX",
  );
