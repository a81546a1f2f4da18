import { FoveaError } from "../../platform/error.ts";
import type { Device, HostTensor } from "../../platform/session.ts";
import { inputName } from "../ops/leaf.ts";
import { sameShape, typeText } from "../shape.ts";
import type { Node, Tensor } from "../tensor.ts";
import { GraphWriter } from "./graph-writer.ts";
import { encodeModel, type ModelProto, type NodeProto, type ValueInfo } from "./model-proto.ts";

/** Options of {@link lower}. */
export interface LowerOptions {
  /** Inputs that become constants of the model, by name: weights, for inference. */
  readonly bind?: Readonly<Record<string, HostTensor>>;
  /** Where the model will run; the CPU if absent. */
  readonly device?: Device;
}

/**
 * Writes the graph that computes `outputs` as an ONNX model. Equal computations are written once, and nothing that
 * the outputs do not need.
 *
 * @param outputs the tensors to compute, by the name that the model gives them
 * @throws {FoveaError} GRAPH_INPUT_CLASH if two inputs of one name differ in type, GRAPH_BINDING if a bound value does not fit
 */
export function lower(outputs: Readonly<Record<string, Tensor>>, { bind = {}, device }: LowerOptions = {}): ModelProto {
  const graph = new GraphWriter(device);
  const inputs = new Map<string, Tensor>();
  const values = new Map<Tensor, string>(); //        name of each tensor's value
  const known = new Map<string, readonly string[]>(); // values of each computation already written
  const write = (node: Node, names: readonly string[]): readonly string[] => {
    if (isEmpty(node)) return node.outputs.map((output) => graph.full(0, output));
    const others = node.op.instead?.(node, graph.device);
    return others === undefined ? node.op.lower(graph, names, node) : writeAll(others);
  };
  const writeAll = (tensors: readonly Tensor[]): readonly string[] => {
    for (const node of inOrder(tensors)) {
      if (values.has(node.outputs[0]!)) continue;
      const names = node.inputs.map((input) => values.get(input)!);
      const id = identity(node, names);
      const results = (id === undefined ? undefined : known.get(id)) ?? write(node, names);
      if (id !== undefined) known.set(id, results);
      for (const [i, output] of node.outputs.entries()) values.set(output, results[i]!);
      declareInput(node.outputs[0]!, inputs, bind);
    }
    return tensors.map((tensor) => values.get(tensor)!);
  };
  writeAll(Object.values(outputs));
  for (const [name, value] of Object.entries(bind)) if (inputs.has(name)) graph.initializers.set(name, value);
  const named = nameOutputs(
    graph.nodes,
    new Map(Object.entries(outputs).map(([name, tensor]) => [name, values.get(tensor)!])),
  );
  return {
    nodes: named,
    inputs: [...inputs].filter(([name]) => !(name in bind)).map(([name, tensor]) => valueInfo(name, tensor)),
    outputs: Object.entries(outputs).map(([name, tensor]) => valueInfo(name, tensor)),
    initializers: graph.initializers,
  };
}

/** The bytes of {@link lower}'s model. */
export const toOnnx = (outputs: Readonly<Record<string, Tensor>>, options?: LowerOptions): Uint8Array =>
  encodeModel(lower(outputs, options));

const valueInfo = (name: string, { dtype, shape }: Tensor): ValueInfo => ({ name, dtype, shape });

function declareInput(tensor: Tensor, inputs: Map<string, Tensor>, bind: Readonly<Record<string, HostTensor>>): void {
  const name = inputName(tensor);
  if (name === undefined) return;
  const other = inputs.get(name) ?? bind[name];
  if (other !== undefined && !(sameShape(other.shape, tensor.shape) && other.dtype === tensor.dtype))
    throw new FoveaError(
      inputs.has(name) ? "GRAPH_INPUT_CLASH" : "GRAPH_BINDING",
      name,
      `${typeText(tensor)} is asked for, but ${typeText(other)} is ${inputs.has(name) ? "asked for elsewhere" : "given"}`,
      "one name is one tensor: check the shape, or the configuration that the weights belong to",
    );
  inputs.set(name, tensor);
}

/** Nodes that `outputs` need, each after its inputs, in the order of their making as far as that allows. */
export function inOrder(outputs: readonly Tensor[]): Node[] {
  const order: Node[] = [];
  const done = new Set<Node>();
  const stack = outputs.map(({ node }) => node).reverse();
  while (stack.length > 0) {
    const node = stack.at(-1)!;
    const pending = done.has(node) ? [] : node.inputs.map((input) => input.node).filter((from) => !done.has(from));
    if (pending.length > 0) {
      stack.push(...pending.reverse());
      continue;
    }
    stack.pop();
    if (!done.has(node)) order.push(node);
    done.add(node);
  }
  return order;
}

/** Whether a node computes no element at all, which some kernels cannot do. */
const isEmpty = ({ inputs, outputs }: Node): boolean => inputs.length > 0 && outputs.every(({ size }) => size === 0);

/** What two nodes share if and only if they compute the same; `undefined` for what is never shared. */
function identity(node: Node, inputs: readonly string[]): string | undefined {
  if ("value" in node.attrs && typeof node.attrs.value === "object" && node.outputs[0]!.rank > 0) return undefined; // a constant's data
  const attributes = JSON.stringify(node.attrs, (_, value: unknown) => {
    if (typeof value === "bigint") return `${value}n`;
    if (typeof value === "number" && !Number.isFinite(value)) return String(value); // JSON has no infinity
    return ArrayBuffer.isView(value) ? new Uint8Array(value.buffer, value.byteOffset, value.byteLength).join() : value;
  });
  return `${node.op.name} ${attributes} ${inputs.join(" ")}`;
}

/** Gives the values of `outputs` their names; a value that has a name already, or none of its own, is passed on by a node. */
function nameOutputs(nodes: readonly NodeProto[], outputs: ReadonlyMap<string, string>): NodeProto[] {
  const produced = new Set(nodes.flatMap((node) => node.outputs));
  const renamed = new Map<string, string>();
  const copies: NodeProto[] = [];
  for (const [name, value] of outputs) {
    if (produced.has(value) && !renamed.has(value)) renamed.set(value, name);
    else
      copies.push({
        type: "Identity",
        domain: "",
        inputs: [renamed.get(value) ?? value],
        outputs: [name],
        attributes: {},
      });
  }
  const rename = (value: string): string => renamed.get(value) ?? value;
  const all = nodes.map((node) => ({ ...node, inputs: node.inputs.map(rename), outputs: node.outputs.map(rename) }));
  return [...all, ...copies];
}
