import { compile } from "../../engine/compile.ts";
import { hostTensor } from "../../engine/host-tensor.ts";
import { sizeOf } from "../../engine/shape.ts";
import type { Tensor } from "../../engine/tensor.ts";
import type { HostTensor } from "../../platform/session.ts";

/** An update that runs as an ONNX graph, because it is not elementwise. */
export interface OnnxUpdate {
  /** Replaces the arrays of the graph's outputs. Arrays may be longer than the tensors in them. */
  readonly run: (
    arrays: Readonly<Record<string, Float32Array>>,
    scalars: Readonly<Record<string, number>>,
  ) => Promise<void>;
  readonly dispose: () => Promise<void>;
}

/**
 * Compiles the graph of `updateGraph`. The session writes into arrays of its own, which are then copied over the old
 * values: a graph's outputs must not be its inputs.
 */
export async function compileUpdate(graph: Readonly<Record<string, Tensor>>): Promise<OnnxUpdate> {
  const names = Object.keys(graph);
  const shapes = {
    ...Object.fromEntries(names.map((name) => [name, graph[name]!.shape])),
    grad: graph["param"]!.shape,
  };
  const outputs = Object.fromEntries(names.map((name) => [`new ${name}`, graph[name]!]));
  const session = await compile(outputs, { spinning: false }); // it takes turns with the training step's session
  const results = Object.fromEntries(names.map((name) => [`new ${name}`, hostTensor("float32", graph[name]!.shape)]));
  const scalarNames = session.inputNames.filter((name) => !(name in shapes));
  const numbers = Object.fromEntries(scalarNames.map((name) => [name, hostTensor("float32", [])]));
  return {
    async run(arrays, scalars) {
      const tensors = Object.entries(shapes).map(([name, shape]): [string, HostTensor] => [
        name,
        { dtype: "float32", shape, data: arrays[name]!.subarray(0, sizeOf(shape)) },
      ]);
      for (const [name, { data }] of Object.entries(numbers)) data[0] = scalars[name]!;
      await session.run({ ...Object.fromEntries(tensors), ...numbers }, results);
      for (const name of names) arrays[name]!.set(results[`new ${name}`]!.data);
    },
    async dispose() {
      await session.dispose();
    },
  };
}
