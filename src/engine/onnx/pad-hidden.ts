import { hostTensor } from "../host-tensor.ts";
import type { ModelProto, NodeProto } from "./model-proto.ts";

/**
 * Widens hidden layers whose rows lie a multiple of 4096 bytes apart: such rows share the same few lines of a
 * processor's first cache, and a matrix product that reads a dozen of them at once throws its own data out (a tenth
 * slower for 3072 float32). The hidden units that are added have no effect, as their outgoing weights are 0.
 *
 * Looks for two affine maps with elementwise nodes alone between them. For inference on the CPU, where ONNX Runtime
 * computes the padded weights once.
 */
export function padHidden(model: ModelProto): ModelProto {
  const initializers = new Map(model.initializers);
  const replaced = new Map<NodeProto, readonly NodeProto[]>();
  const pad = (weight: string, widths: readonly number[]): readonly [NodeProto, string] => {
    const [padded, sizes] = [`${weight} padded`, `padding ${widths.join()}`];
    initializers.set(sizes, hostTensor("int64", [widths.length], widths));
    return [{ type: "Pad", domain: "", inputs: [weight, sizes], outputs: [padded], attributes: {} }, padded];
  };
  for (const [inner, outer] of perceptrons(model)) {
    const [x, weight, bias] = inner.inputs as [string, string, string];
    const [rows, wideWeight] = pad(weight, [0, 0, added, 0]);
    const [ends, wideBias] = pad(bias, [0, added]);
    replaced.set(inner, [rows, ends, { ...inner, inputs: [x, wideWeight, wideBias] }]);
    const [hidden, out, ...rest] = outer.inputs as [string, string, ...string[]];
    const [columns, wideOut] = pad(out, [0, 0, 0, added]);
    replaced.set(outer, [columns, { ...outer, inputs: [hidden, wideOut, ...rest] }]);
  }
  return { ...model, nodes: model.nodes.flatMap((node) => replaced.get(node) ?? [node]), initializers };
}

/** Numbers added to a row: a cache line of float32. */
const added = 16;

/** Whether so many float32 from row to row make rows collide. */
const collides = (width: number): boolean => width % 1024 === 0;

// prettier-ignore
const elementwise: ReadonlySet<string> = new Set(["Add", "Mul", "Div", "Erf", "Gelu", "QuickGelu", "Relu", "Sigmoid", "Softplus", "Tanh"]);

/** The pairs of affine maps, each weight `[out, in]`, whose hidden layer collides. */
function perceptrons(model: ModelProto): (readonly [inner: NodeProto, outer: NodeProto])[] {
  const users = new Map<string, NodeProto[]>();
  for (const node of model.nodes)
    for (const value of new Set(node.inputs)) users.set(value, [...(users.get(value) ?? []), node]);
  const extentsOf = (value: string | undefined): readonly number[] | undefined =>
    model.initializers.get(value ?? "")?.shape;
  const isAlone = (value: string | undefined): boolean => users.get(value ?? "")?.length === 1;
  return model.nodes.flatMap((inner) => {
    const width = extentsOf(inner.inputs[1])?.[0] ?? 1;
    if (!isAffine(inner) || !collides(width) || extentsOf(inner.inputs[2])?.length !== 1) return [];
    const [between, ends] = [new Set<NodeProto>(), new Set<NodeProto>()];
    const queue = [...inner.outputs]; // values of the hidden layer
    for (const value of queue)
      for (const node of users.get(value) ?? [])
        if (!elementwise.has(node.type)) ends.add(node);
        else if (!between.has(node)) {
          between.add(node);
          queue.push(...node.outputs);
        }
    const isHiddenOrScalar = (value: string): boolean => queue.includes(value) || extentsOf(value)?.length === 0;
    const [outer, other] = ends;
    const isHidden =
      outer !== undefined &&
      other === undefined &&
      isAffine(outer) &&
      queue.includes(outer.inputs[0]!) &&
      extentsOf(outer.inputs[1])?.[1] === width &&
      [...between].every(({ inputs }) => inputs.every(isHiddenOrScalar)) &&
      [inner.inputs[1], inner.inputs[2], outer.inputs[1]].every(isAlone) &&
      !model.outputs.some(({ name }) => queue.includes(name));
    return isHidden ? [[inner, outer] as const] : [];
  });
}

const isAffine = ({ type, attributes: { transA, transB } }: NodeProto): boolean =>
  type === "Gemm" && transA === 0 && transB === 1;
