import { expect, test } from "vitest";
import type { HostTensor } from "../platform/session.ts";
import { runInChild } from "../testing/in-child.ts";
import { grad } from "./autodiff.ts";
import { checkpoint } from "./checkpoint.ts";
import { evaluate } from "./compile.ts";
import { hostTensor } from "./host-tensor.ts";
import { gelu } from "./ops/activation.ts";
import { add, mul, tanh } from "./ops/elementwise.ts";
import { split } from "./ops/layout.ts";
import { input } from "./ops/leaf.ts";
import { affine } from "./ops/matmul.ts";
import { sumSquares } from "./ops/reduce.ts";
import { fold, key, normal } from "./random.ts";
import type { Tensor } from "./tensor.ts";

/** Does to a layer what is being tried: nothing, or checkpointing. */
type Wrap = <O extends Tensor | readonly Tensor[]>(layer: (x: Tensor) => O) => (x: Tensor) => O;
const kept: Wrap = (layer) => layer;

/** Small random numbers for graph inputs, by name. */
const feedsFor = (inputs: readonly Tensor[], names: readonly string[]): Record<string, HostTensor> =>
  Object.fromEntries(
    inputs.map(({ shape, size }, i) => {
      const values = normal(fold(key(0), names[i]!), size).map((value) => value * 0.1);
      return [names[i]!, hostTensor("float32", shape, values)];
    }),
  );

/** The gradients of a stack of residual perceptrons by its parameters. */
function stackGradients(
  wrap: Wrap,
  { layers, rows, width, hidden }: Record<"layers" | "rows" | "width" | "hidden", number>,
): readonly [outputs: Record<string, Tensor>, feeds: Record<string, HostTensor>] {
  const names = ["x"];
  const inputs: Tensor[] = [input("x", "float32", [rows, width])];
  const parameter = (name: string, shape: readonly number[]): Tensor => {
    names.push(name);
    inputs.push(input(name, "float32", shape));
    return inputs.at(-1)!;
  };
  let x = inputs[0]!;
  for (let i = 0; i < layers; i++) {
    const up = parameter(`${i}.up`, [hidden, width]);
    const bias = parameter(`${i}.bias`, [hidden]);
    const down = parameter(`${i}.down`, [width, hidden]);
    x = wrap((before) => add(before, affine(gelu(affine(before, up, bias)), down)))(x);
  }
  const gradients = grad(sumSquares(x), inputs);
  return [Object.fromEntries(names.map((name, i) => [`d ${name}`, gradients[i]!])), feedsFor(inputs, names)];
}

test("checkpoint: gradients are the same numbers", async () => {
  const sizes = { layers: 3, rows: 5, width: 4, hidden: 8 };
  const [plain, feeds] = stackGradients(kept, sizes);
  const [checkpointed] = stackGradients(checkpoint, sizes);
  const expected = await evaluate(plain, feeds, { threads: 1 });
  for (const optimize of ["none", "all"] as const)
    expect(await evaluate(checkpointed, feeds, { threads: 1, optimize })).toEqual(expected);
});

test("checkpoint: several outputs, one unused; what the function reads by itself; one in another", async () => {
  const inputs = [input("x", "float32", [2, 4]), input("w", "float32", [2])];
  const [x, w] = inputs as [Tensor, Tensor];
  const gradients = (wrap: Wrap): Record<string, Tensor> => {
    const outside = tanh(w);
    const layer = wrap((a) => {
      const [left, right] = split(tanh(a), [2, 2], 1) as [Tensor, Tensor];
      return [wrap((b) => mul(tanh(b), outside))(left), mul(left, w), right] as const;
    });
    const [p, , r] = layer(mul(x, x));
    const first = grad(add(sumSquares(p), sumSquares(r)), inputs) as [Tensor, Tensor];
    const second = grad(sumSquares(first[0]), inputs) as [Tensor, Tensor];
    return { dx: first[0], dw: first[1], ddx: second[0], ddw: second[1] };
  };
  const feeds = feedsFor(inputs, ["x", "w"]);
  const expected = await evaluate(gradients(kept), feeds, { threads: 1 });
  const rounded = (results: Record<string, HostTensor>): Record<string, number[]> =>
    Object.fromEntries(
      Object.entries(results).map(([name, { data }]) => [
        name,
        Array.from(data as Float32Array, (x) => Number(x.toPrecision(4))),
      ]),
    );
  expect(rounded(await evaluate(gradients(checkpoint), feeds, { threads: 1 }))).toEqual(rounded(expected));
});

// Each layer makes two tensors of 4 MB on its way: 8 layers keep 64 MB, one has 8, and the layers' outputs are small.
// Neither the order in which gradients are asked for nor ONNX Runtime's optimiser may bring them back.
test.each([
  { optimize: "none", reversed: false },
  { optimize: "none", reversed: true },
  { optimize: "all", reversed: false },
] as const)(
  "checkpoint: memory for activations falls to one layer's: %j",
  async ({ optimize, reversed }) => {
    const peak = async (wrap: Wrap): Promise<number> => {
      const [outputs, feeds] = stackGradients(wrap, { layers: 8, rows: 1024, width: 16, hidden: 1024 });
      const asked = Object.entries(outputs);
      const ordered = Object.fromEntries(reversed ? asked.reverse() : asked);
      const answer = await runInChild(ordered, feeds, { device: "cpu", threads: 1, optimize });
      if (!("peakBytes" in answer)) throw new Error(answer.message);
      return answer.peakBytes / 2 ** 20;
    };
    const [keptPeak, checkpointedPeak] = [await peak(kept), await peak(checkpoint)];
    expect(keptPeak).toBeGreaterThan(60);
    expect(checkpointedPeak).toBeLessThan(keptPeak / 2);
  },
  180_000,
);
