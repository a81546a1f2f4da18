import type { Device, DType, HostTensor } from "../../platform/session.ts";
import { hostTensor } from "../host-tensor.ts";
import type { TensorType } from "../shape.ts";
import { onnxType, type Attribute, type NodeProto } from "./model-proto.ts";

/** Options of {@link GraphWriter.node}. */
export interface NodeOptions {
  readonly attributes?: Readonly<Record<string, Attribute>>;
  /** `com.microsoft` for ONNX Runtime's own ops; standard ONNX if absent. */
  readonly domain?: string;
}

/** Collects the nodes and constants of an ONNX graph: what an op's `lower` writes to. Values are known by name. */
export class GraphWriter {
  /** Where the graph will run: ONNX Runtime does not have all kernels on all devices. */
  readonly device: Device;
  readonly nodes: NodeProto[] = [];
  readonly initializers = new Map<string, HostTensor>();
  readonly #shared = new Map<string, string>();
  #values = 0;

  constructor(device: Device = "cpu") {
    this.device = device;
  }

  /** Adds a node with one output and returns the output's name. */
  node(type: string, inputs: readonly string[], options: NodeOptions = {}): string {
    return this.nodeMany(type, inputs, 1, options)[0]!;
  }

  /** Adds a node with `count` outputs and returns their names. */
  nodeMany(
    type: string,
    inputs: readonly string[],
    count: number,
    { attributes = {}, domain = "" }: NodeOptions = {},
  ): string[] {
    const outputs = Array.from({ length: count }, () => this.fresh());
    this.nodes.push({ type, domain, inputs, outputs, attributes });
    return outputs;
  }

  /** A name that no value has yet. */
  fresh(): string {
    return `v${this.#values++}`;
  }

  /** A constant tensor. */
  constant(tensor: HostTensor): string {
    const name = this.fresh();
    this.initializers.set(name, tensor);
    return name;
  }

  /** A constant of shape `[]`; equal ones are stored once. */
  scalar(dtype: DType, value: number): string {
    return this.#once(`${dtype} ${value}`, () =>
      dtype === "float16"
        ? this.node("Cast", [this.scalar("float32", value)], { attributes: { to: onnxType.float16 } })
        : this.constant(hostTensor(dtype, [], [value])),
    );
  }

  /** A tensor all of whose elements are `value`. */
  full(value: number, { dtype, shape }: TensorType): string {
    const scalar = this.scalar(dtype, value);
    return shape.length === 0 ? scalar : this.node("Expand", [scalar, this.ints(shape)]);
  }

  /** A one-dimensional int64 constant, as shapes and axes are passed; equal ones are stored once. */
  ints(values: readonly number[]): string {
    return this.#once(`ints ${values.join()}`, () => this.constant(hostTensor("int64", [values.length], values)));
  }

  #once(id: string, make: () => string): string {
    let name = this.#shared.get(id);
    if (name === undefined) this.#shared.set(id, (name = make()));
    return name;
  }
}
