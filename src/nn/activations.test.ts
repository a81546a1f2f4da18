import { expect, test } from "vitest";
import { evaluate } from "../engine/compile.ts";
import { constant } from "../engine/ops/leaf.ts";
import { activationNames, activations, type ActivationName } from "./activations.ts";

// Values at -1, 0.5 and 8. GELU: x · Φ(x), with Φ from tables; its approximations from their formulas in float64.
const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x));
const tanhGelu = (x: number): number => 0.5 * x * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (x + 0.044715 * x ** 3)));
const at = [-1, 0.5, 8];
const each = (f: (x: number) => number): number[] => at.map(f);
const gelu = [-0.15865525393145707, 0.34573123063700656, 8];
const expected: Readonly<Record<ActivationName, readonly number[]>> = {
  gelu,
  gelu_fast: each(tanhGelu),
  gelu_new: each(tanhGelu),
  gelu_python: gelu,
  gelu_pytorch_tanh: each(tanhGelu),
  leaky_relu: [-0.01, 0.5, 8],
  linear: at,
  mish: each((x) => x * Math.tanh(Math.log(1 + Math.exp(x)))),
  quick_gelu: each((x) => x * sigmoid(1.702 * x)),
  relu: [0, 0.5, 8],
  relu2: [0, 0.25, 64],
  relu6: [0, 0.5, 6],
  sigmoid: each(sigmoid),
  silu: each((x) => x * sigmoid(x)),
  swish: each((x) => x * sigmoid(x)),
  tanh: each(Math.tanh),
};

test.each(activationNames.map((name) => [name]))("%s", async (name) => {
  const { y } = await evaluate({ y: activations[name](constant(at, [3])) });
  for (const [i, value] of expected[name].entries()) expect(Number(y.data[i])).toBeCloseTo(value, 5);
});
