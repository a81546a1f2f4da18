import { applyOne, defineOp } from "../define-op.ts";
import { demand } from "../shape.ts";
import type { NoAttrs, OpDef, Tensor } from "../tensor.ts";
import type { NodeOptions } from "../onnx/graph-writer.ts";
import { add, erf, exp, mul, sigmoid, sub, tanh } from "./elementwise.ts";

/** Activation functions that ONNX Runtime computes in one pass. */

const activation = (
  name: string,
  onnx: string,
  options: NodeOptions,
  slope: (x: Tensor, y: Tensor) => Tensor,
): OpDef<NoAttrs> =>
  defineOp<NoAttrs>({
    name,
    infer(inputs) {
      demand("float", inputs);
      return inputs;
    },
    lower: (graph, inputs) => [graph.node(onnx, inputs, options)],
    vjp: ([dy], { inputs: [x], outputs: [y] }) => [mul(dy!, slope(x!, y!))],
  });

// Φ(x) + x·φ(x), with Φ and φ the standard normal distribution and density; as t = x / sqrt(2), that is half of
// 1 + erf(t) + t·e^(-t²)·2/sqrt(π). The last factor is folded into the exponent: each pass over a layer counts.
const geluOp = activation("gelu", "Gelu", {}, (x) => {
  const t = mul(x, Math.SQRT1_2);
  const tail = mul(t, exp(sub(Math.log(2 / Math.sqrt(Math.PI)), mul(t, t))));
  return mul(add(add(erf(t), tail), 1), 0.5);
});

/** Gaussian error linear unit, exact: `x · Φ(x)`. @see https://arxiv.org/abs/1606.08415 */
export const gelu = (x: Tensor): Tensor => applyOne(geluOp, [x], {});

const geluTanhOp = activation("geluTanh", "Gelu", { attributes: { approximate: "tanh" } }, (x) => {
  const square = mul(x, x);
  const t = tanh(mul(mul(x, add(mul(square, 0.044715), 1)), Math.sqrt(2 / Math.PI)));
  const inner = mul(add(mul(square, 3 * 0.044715), 1), Math.sqrt(2 / Math.PI));
  return mul(add(add(t, 1), mul(mul(x, sub(1, mul(t, t))), inner)), 0.5);
});

/** GELU's tanh approximation (`gelu_new`, `gelu_pytorch_tanh`). @see https://arxiv.org/abs/1606.08415 section 2 */
export const geluTanh = (x: Tensor): Tensor => applyOne(geluTanhOp, [x], {});

const quickGeluOp = activation(
  "quickGelu",
  "QuickGelu",
  { domain: "com.microsoft", attributes: { alpha: { float: 1.702 } } },
  (x, y) => {
    const s = sigmoid(mul(x, 1.702));
    return add(s, mul(mul(y, sub(1, s)), 1.702));
  },
);

/** GELU's sigmoid approximation, `x · sigmoid(1.702 x)`, of OpenAI's CLIP. @see https://arxiv.org/abs/1606.08415 section 2 */
export const quickGelu = (x: Tensor): Tensor => applyOne(quickGeluOp, [x], {});

/** Sigmoid linear unit (swish): `x · sigmoid(x)`. @see https://arxiv.org/abs/1606.08415 */
export const silu = (x: Tensor): Tensor => mul(x, sigmoid(x));
