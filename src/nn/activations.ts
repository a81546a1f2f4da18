import { gelu, geluTanh, quickGelu, silu } from "../engine/ops/activation.ts";
import { clip, mul, relu, sigmoid, softplus, tanh, where, greater } from "../engine/ops/elementwise.ts";
import type { Tensor } from "../engine/tensor.ts";

const leakyRelu = (x: Tensor): Tensor => where(greater(x, 0), x, mul(x, 0.01));

/** x · tanh(softplus(x)). @see https://arxiv.org/abs/1908.08681 */
const mish = (x: Tensor): Tensor => mul(x, tanh(softplus(x)));

/** Activations by the names that `config.json` files use (`hidden_act`). */
export const activations = {
  gelu,
  gelu_fast: geluTanh,
  gelu_new: geluTanh,
  gelu_python: gelu,
  gelu_pytorch_tanh: geluTanh,
  leaky_relu: leakyRelu,
  linear: (x) => x,
  mish,
  quick_gelu: quickGelu,
  relu,
  relu2: (x) => mul(relu(x), relu(x)),
  relu6: (x) => clip(x, 0, 6),
  sigmoid,
  silu,
  swish: silu,
  tanh,
} as const satisfies Record<string, (x: Tensor) => Tensor>;

/** Name of an activation. */
export type ActivationName = keyof typeof activations;

/** The names of all activations. */
export const activationNames = Object.keys(activations) as readonly ActivationName[];
