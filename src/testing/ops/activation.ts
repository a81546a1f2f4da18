import type * as ops from "../../engine/ops/activation.ts";
import * as op from "../../engine/ops/activation.ts";
import type { Tensor } from "../../engine/tensor.ts";
import { map } from "../nd-array.ts";
import { erf } from "./elementwise.ts";
import { given, normals, sample, type OpSamples, type Sample } from "./sample.ts";

const activation = (apply: (x: Tensor) => Tensor, f: (x: number) => number): Sample[] =>
  [normals([2, 3]), normals([1]), normals([0]), normals([]), given([3], [-6, 0, 6])].map((source) =>
    sample([source], apply, (x) => map(f, x)),
  );

const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x));

/** Samples of the activation functions. */
export const samples: OpSamples<typeof ops> = {
  gelu: activation(op.gelu, (x) => (x * (1 + erf(x / Math.SQRT2))) / 2),
  geluTanh: activation(op.geluTanh, (x) => (x * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (x + 0.044715 * x ** 3)))) / 2),
  quickGelu: activation(op.quickGelu, (x) => x * sigmoid(1.702 * x)),
  silu: activation(op.silu, (x) => x * sigmoid(x)),
};
