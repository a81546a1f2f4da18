import { apply, applyOne, defineOp } from "../define-op.ts";
import { badShape, demand, resolveAxis, sameShape } from "../shape.ts";
import type { Tensor } from "../tensor.ts";
import { expand, sum, sumTo } from "./broadcast.ts";
import { addAll, div, exp, mul, sub } from "./elementwise.ts";
import { mean } from "./reduce.ts";

/** Softmax and normalisation over the last axis. */

const softmaxOp = defineOp<{ readonly axis: number }>({
  name: "softmax",
  infer(inputs) {
    demand("float", inputs);
    return inputs;
  },
  lower: (graph, inputs, { attrs: { axis } }) => [graph.node("Softmax", inputs, { attributes: { axis } })],
  vjp: ([dy], { outputs: [y], attrs: { axis } }) => {
    const product = mul(dy!, y!);
    return [sub(product, mul(y!, sum(product, { axis, keepDims: true })))];
  },
});

/** `e^x / sum(e^x)` along `axis`. */
export const softmax = (x: Tensor, axis = -1): Tensor =>
  applyOne(softmaxOp, [x], () => ({ axis: resolveAxis(axis, x.rank) }));

const logSoftmaxOp = defineOp<{ readonly axis: number }>({
  name: "logSoftmax",
  infer(inputs) {
    demand("float", inputs);
    return inputs;
  },
  lower: (graph, inputs, { attrs: { axis } }) => [graph.node("LogSoftmax", inputs, { attributes: { axis } })],
  vjp: ([dy], { outputs: [y], attrs: { axis } }) => [sub(dy!, mul(exp(y!), sum(dy!, { axis, keepDims: true })))],
});

/** Logarithm of {@link softmax}, without overflow. */
export const logSoftmax = (x: Tensor, axis = -1): Tensor =>
  applyOne(logSoftmaxOp, [x], () => ({ axis: resolveAxis(axis, x.rank) }));

const layerNormOp = defineOp<{ readonly epsilon: number }>({
  name: "layerNorm",
  infer([x, scale, bias]) {
    demand("float", [x!, scale!, bias!]);
    const width = x!.shape.slice(-1);
    if (width.length === 0 || !sameShape(width, scale!.shape) || !sameShape(width, bias!.shape))
      throw badShape(
        "SHAPE_NORM",
        "scale and bias do not have the width of the last axis",
        `give both the shape [${width.join("")}]`,
      );
    const statistics = { dtype: x!.dtype, shape: [...x!.shape.slice(0, -1), 1] };
    return [x!, statistics, statistics];
  },
  lower: (graph, inputs, { attrs: { epsilon } }) =>
    graph.nodeMany("LayerNormalization", inputs, 3, { attributes: { axis: -1, epsilon: { float: epsilon } } }),
  vjp: ([dy, dCenter, dInverse], { inputs: [x, scale, bias], outputs: [, center, inverse] }) => {
    const unit = mul(sub(x!, center!), inverse!); // x̂
    // The statistics have gradients only where the gradient below is differentiated again:
    // dx += dCenter / width, and d(1 / deviation)/dx = -x̂ / deviation² / width.
    const share = 1 / Math.max(x!.shape.at(-1)!, 1);
    const viaCenter = dCenter && expand(mul(dCenter, share), x!.shape);
    const viaInverse = dInverse && mul(unit, mul(dInverse, mul(mul(inverse!, inverse!), -share)));
    const viaStatistics = addAll(viaCenter, viaInverse);
    if (dy === undefined) return [viaStatistics];
    // With g = dy·scale: dx = (g - mean(g) - x̂·mean(g·x̂)) / deviation.
    const dyUnit = mul(dy, unit);
    const g = mul(dy, scale!);
    const projection = mul(unit, mean(mul(dyUnit, scale!), { axis: -1, keepDims: true }));
    const dx = mul(sub(sub(g, mean(g, { axis: -1, keepDims: true })), projection), inverse!);
    return [addAll(dx, viaStatistics), sumTo(dyUnit, scale!.shape), sumTo(dy, bias!.shape)];
  },
});

/**
 * Normalises the last axis to mean 0 and variance 1, then scales and shifts it.
 * @param x     `[..., width]`
 * @param scale `[width]`
 * @param bias  `[width]`
 * @param epsilon added to the variance
 * @throws {ShapeError} SHAPE_NORM
 * @see https://arxiv.org/abs/1607.06450
 */
export const layerNorm = (x: Tensor, scale: Tensor, bias: Tensor, epsilon = 1e-5): Tensor =>
  apply(layerNormOp, [x, scale, bias], { epsilon })[0]!;

/** `x / ‖x‖₂` along `axis`, as CLIP normalises its embeddings. */
export function l2Normalize(x: Tensor, axis = -1): Tensor {
  return applyOne(l2NormalizeOp, [x], () => ({ axis: resolveAxis(axis, x.rank) }));
}

const l2NormalizeOp = defineOp<{ readonly axis: number }>({
  name: "l2Normalize",
  infer(inputs) {
    demand("float", inputs);
    return inputs;
  },
  lower: (graph, [x], { attrs: { axis } }) => {
    const norm = graph.node("ReduceL2", [x!, graph.ints([axis])], { attributes: { keepdims: 1 } });
    return [graph.node("Div", [x!, norm])];
  },
  // dx = (dy - y·(y·dy)) / ‖x‖, and ‖x‖ = x·y.
  vjp: ([dy], { inputs: [x], outputs: [y], attrs: { axis } }) => {
    const options = { axis, keepDims: true };
    const tangent = sub(dy!, mul(y!, sum(mul(y!, dy!), options)));
    return [div(tangent, sum(mul(x!, y!), options))];
  },
});
