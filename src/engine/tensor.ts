import type { DType } from "../platform/session.ts";
import type { OpDef } from "./define-op.ts";

/** Element type and shape of a tensor; every extent is a known number. */
export interface TensorType {
  readonly dtype: DType;
  readonly shape: readonly number[];
}

/** Names of a tensor's axes, outermost first; they type the doors of public functions and name the axes of exported graphs. */
export type Axes = readonly string[];

/** One application of an op: what it was applied to, with which attributes, and what came out. */
export interface Node {
  readonly op: OpDef;
  readonly inputs: readonly Tensor[];
  readonly attrs: object;
  readonly outputs: readonly Tensor[];
}

/**
 * A symbolic tensor: a value that a graph will compute, known by its element type and shape.
 * Tensors are made by ops and never change; building one computes nothing.
 */
export class Tensor<D extends DType = DType, A extends Axes = Axes> implements TensorType {
  readonly dtype: D;
  readonly shape: readonly number[];
  /** The op application that computes this tensor, and which of its outputs this is. */
  readonly node: Node;
  readonly index: number;
  /** Never present: carries the axis names for the compiler. */
  declare readonly axes?: A;

  constructor(node: Node, index: number, type: { readonly dtype: D; readonly shape: readonly number[] }) {
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

/** `float32[2, 3]`: how error messages write a type. */
export const typeText = ({ dtype, shape }: TensorType): string => `${dtype}[${shape.join(", ")}]`;
