import { FoveaError } from "../../platform/error.ts";
import type { HostTensor } from "../../platform/session.ts";
import type { Tensor } from "../tensor.ts";
import { DynamicShapes, type Product } from "./dynamic-shapes.ts";
import { lower, type LowerOptions } from "./lower.ts";
import type { ModelProto, NodeProto, ValueInfo } from "./model-proto.ts";

/**
 * Two extents that an axis is traced with, the larger first. They should be no special case: not the largest extent that
 * the graph allows, where a slice is the whole, and not 1, which broadcasts. If they are equal, the axis has that extent.
 */
export type TracedExtents = readonly [larger: number, smaller: number];

/** For an axis that may have any extent: primes, so that nothing else in a graph is equal to one by chance. */
export const anyExtent: TracedExtents = [97, 89];

/**
 * Lowers a graph whose axes get their extents only when it runs. Shapes are plain numbers while a graph is built, so it
 * is built once, and once more for each axis with another extent. Where the models differ there must be a product of
 * extents in a shape or in the bounds of a slice: that is then computed from the inputs' shapes.
 *
 * @param trace builds the graph for some extents
 * @param axes  what to trace with, by the name that the axis gets in the model
 * @throws {FoveaError} AXIS_NOT_DYNAMIC where something else depends on an extent, AXIS_WITHOUT_INPUT
 *
 * @example
 * dynamicModel(({ batch }) => ({ y: softmax(input("x", "float32", [batch, 10])) }), { batch: anyExtent });
 */
export function dynamicModel<Axis extends string>(
  trace: (extents: Readonly<Record<Axis, number>>) => Readonly<Record<string, Tensor>>,
  axes: Readonly<Record<Axis, TracedExtents>>,
  options?: LowerOptions,
): ModelProto {
  const extents = largerExtents(axes);
  const base = lower(trace(extents), options);
  const variants = (Object.keys(axes) as Axis[]).flatMap((name): Variant[] => {
    const [larger, smaller] = axes[name];
    if (larger === smaller) return [];
    const model = lower(trace({ ...extents, [name]: smaller }), options);
    demandSameNodes(base, model, name);
    return [{ name, larger, smaller, model }];
  });
  const inputs = base.inputs.map((info, i) => namedExtents(info, variants, (model) => model.inputs[i]!));
  const outputs = base.outputs.map((info, i) => namedExtents(info, variants, (model) => model.outputs[i]!));
  const shapes = new DynamicShapes(inputs);
  const initializers = new Map<string, HostTensor>();
  const nodes = base.nodes.map((node, at): NodeProto => {
    const operand = (value: string, place: number): string => {
      const constant = base.initializers.get(value);
      if (constant === undefined) return value;
      const changes = variants
        .map((axis) => ({ ...axis, to: axis.model.initializers.get(axis.model.nodes[at]!.inputs[place]!)! }))
        .filter(({ to }) => !sameTensor(constant, to));
      if (changes.length > 0) {
        const parts = vectorParts(constant, changes, node.type === "Reshape");
        if (parts === undefined)
          throw notDynamic(base, at, changes[0]!.name, `its constant operand ${place} depends on`);
        return shapes.vector(parts);
      }
      initializers.set(value, constant);
      return value;
    };
    return { ...node, inputs: node.inputs.map(operand) };
  });
  return {
    nodes: [...shapes.nodes, ...nodes],
    inputs,
    outputs,
    initializers: new Map([...initializers, ...shapes.initializers]),
  };
}

/** Each axis' larger extent. */
export const largerExtents = <Axis extends string>(
  axes: Readonly<Record<Axis, TracedExtents>>,
): Readonly<Record<Axis, number>> =>
  Object.fromEntries(Object.entries<TracedExtents>(axes).map(([name, [larger]]) => [name, larger])) as Record<
    Axis,
    number
  >;

/** An axis, and the model in which it alone has its smaller extent. */
interface Variant {
  readonly name: string;
  readonly larger: number;
  readonly smaller: number;
  readonly model: ModelProto;
}

/** What something becomes in that model. */
interface Change<T> extends Variant {
  readonly to: T;
}

/** Operands are compared as what they are: which node's output, which input, or that they are constants. */
function demandSameNodes(base: ModelProto, other: ModelProto, axis: string): void {
  const [ours, theirs] = [origins(base), origins(other)];
  const isSame = (a: NodeProto, b: NodeProto | undefined): boolean =>
    a.type === b?.type &&
    a.domain === b.domain &&
    JSON.stringify(a.attributes) === JSON.stringify(b.attributes) &&
    a.inputs.map((name) => ours.get(name) ?? name).join() === b.inputs.map((name) => theirs.get(name) ?? name).join();
  const at = base.nodes.findIndex((node, i) => !isSame(node, other.nodes[i]));
  if (at >= 0) throw notDynamic(base, at, axis, "it or its operands depend on");
  if (base.nodes.length < other.nodes.length)
    throw notDynamic(base, base.nodes.length - 1, axis, "what follows depends on");
}

function origins({ nodes, initializers }: ModelProto): ReadonlyMap<string, string> {
  const produced = nodes.flatMap(({ outputs }, i) => outputs.map((name, j) => [name, `${i} ${j}`] as const));
  return new Map([...[...initializers.keys()].map((name) => [name, "constant"] as const), ...produced]);
}

function namedExtents(
  info: ValueInfo,
  variants: readonly Variant[],
  same: (model: ModelProto) => ValueInfo,
): ValueInfo {
  const shape = info.shape.map((extent, axis) => {
    const changes = variants
      .map((variant) => ({ ...variant, to: Number(same(variant.model).shape[axis]) }))
      .filter(({ to }) => to !== extent);
    if (changes.length === 0) return extent;
    const { factor, axes } = productOf(Number(extent), changes) ?? {
      factor: "of",
      axes: changes.map(({ name }) => name),
    };
    return factor === 1 ? axes.join("*") : [factor, ...axes].join("*");
  });
  return { ...info, shape };
}

function sameTensor(a: HostTensor, b: HostTensor): boolean {
  if (a === b) return true; // weights
  const other = bytesOf(b);
  return a.dtype === b.dtype && a.shape.join() === b.shape.join() && bytesOf(a).every((byte, i) => byte === other[i]);
}

const bytesOf = ({ data }: HostTensor): Uint8Array => new Uint8Array(data.buffer, data.byteOffset, data.byteLength);

/** The numbers of a shape, or of bounds, as products of extents; `undefined` if it is none or they are none. */
function vectorParts(
  { dtype, shape, data }: HostTensor,
  changes: readonly Change<HostTensor>[],
  isReshape: boolean,
): readonly Product[] | undefined {
  const isVector = dtype === "int64" && shape.length === 1;
  if (!isVector || changes.some(({ to }) => to.data.length !== data.length)) return undefined;
  const changesAt = (i: number): Change<number>[] =>
    changes.map((change) => ({ ...change, to: Number(change.to.data[i]) })).filter(({ to }) => to !== Number(data[i]));
  const places = [...data.keys()];
  const inferred = isReshape ? places.findLast((i) => changesAt(i).length > 0) : undefined; // a reshape can find one extent
  const parts = places.map((i) => (i === inferred ? inferredExtent : productOf(Number(data[i]), changesAt(i))));
  return parts.every((part) => part !== undefined) ? parts : undefined;
}

const inferredExtent: Product = { factor: -1, axes: [] };

/** A number as a multiple of the extents that it changes with, or `undefined` if it is none. */
function productOf(number: number, changes: readonly Change<number>[]): Product | undefined {
  const factor = changes.reduce((rest, { larger }) => rest / larger, number);
  const isProduct =
    Number.isInteger(factor) && changes.every(({ larger, smaller, to }) => number * smaller === to * larger);
  return isProduct ? { factor, axes: changes.map(({ name }) => name) } : undefined;
}

/** Says which node it is by the parameters that were used last before it. */
function notDynamic({ nodes }: ModelProto, at: number, axis: string, what: string): FoveaError {
  const near = nodes
    .slice(0, at + 1)
    .flatMap(({ inputs }) => inputs)
    .findLast((name) => name.includes("."));
  return new FoveaError(
    "AXIS_NOT_DYNAMIC",
    near === undefined ? `node ${at}` : `node ${at}, after ${near}`,
    `${nodes[at]!.type}: ${what} the extent of ${axis} in a way that cannot be computed from it when the graph runs`,
    `write it with ops that do not mention the extent, or give ${axis} a fixed one`,
  );
}
