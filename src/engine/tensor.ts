import type { Device, DType } from "../platform/session.ts";
import type { GraphWriter } from "./onnx/graph-writer.ts";
import type { Shape, TensorType } from "./shape.ts";

/** Names of a tensor's axes, outermost first; they type the doors of public functions and name the axes of exported graphs. */
export type Axes = readonly string[];

/** An op: its shape rule, its lowering to ONNX and its gradient, side by side. */
export interface OpDef<A extends object = object> {
  readonly name: string;
  /** Types of the outputs. Throws what `badShape` makes when the inputs do not fit. */
  infer(inputs: readonly TensorType[], attrs: A): readonly TensorType[];
  /** Writes ONNX nodes and returns the names of the output values. `inputs` are the names of the input values. */
  lower(graph: GraphWriter, inputs: readonly string[], node: NodeOf<A>): readonly string[];
  /** The outputs made of other ops, for a device that has no kernel for this one; `undefined` where it has. */
  instead?(node: NodeOf<A>, device: Device): readonly Tensor[] | undefined;
  /**
   * Gradients with respect to the inputs, given those with respect to the outputs (`undefined`: nothing depends on
   * that output). Built from ops, so that the gradient is itself a graph. Absent where the op has no gradient. Those of
   * inputs that are not `wanted` are not used.
   */
  vjp?(
    grads: readonly (Tensor | undefined)[],
    node: NodeOf<A>,
    wanted: readonly boolean[],
  ): readonly (Tensor | undefined)[];
}

/** Attributes of an op that has none. */
export type NoAttrs = Readonly<Record<string, never>>;

/** One application of an op: what it was applied to, with which attributes, and what came out. */
export interface Node {
  readonly op: OpDef;
  readonly inputs: readonly Tensor[];
  readonly attrs: object;
  readonly outputs: readonly Tensor[];
}

/** A {@link Node} whose attributes have the type of its op. */
export interface NodeOf<A extends object> extends Node {
  readonly attrs: A;
}

/**
 * A symbolic tensor: a value that a graph will compute, known by its element type and shape.
 * Tensors are made by ops and never change; building one computes nothing.
 */
export class Tensor<D extends DType = DType, A extends Axes = Axes> implements TensorType {
  readonly dtype: D;
  readonly shape: Shape;
  /** The op application that computes this tensor, and which of its outputs this is. */
  readonly node: Node;
  readonly index: number;
  /** Never present: carries the axis names for the compiler. */
  declare readonly axes?: A;

  constructor(node: Node, index: number, type: { readonly dtype: D; readonly shape: Shape }) {
    this.node = node;
    this.index = index;
    this.dtype = type.dtype;
    this.shape = type.shape;
  }

  /** Number of axes. */
  get rank(): number {
    return this.shape.length;
  }

  /** Number of elements. */
  get size(): number {
    return this.shape.reduce((product, extent) => product * extent, 1);
  }
}
