import { apply, applyOne, defineOp } from "../define-op.ts";
import { badShape, demand, resolveAxis, sameShape, shapeText } from "../shape.ts";
import type { Tensor } from "../tensor.ts";
import { expand, sum } from "./broadcast.ts";
import { add, addAll, cast, div, exp, mul, neg, pow, sub } from "./elementwise.ts";
import { reshape } from "./layout.ts";
import { matmul, sumRows } from "./matmul.ts";
import { sumSquares } from "./reduce.ts";

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
  lower: (graph, [x], { attrs: { axis } }) => {
    if (graph.device !== "webgpu") return [graph.node("LogSoftmax", [x!], { attributes: { axis } })];
    const peak = graph.node("ReduceMax", [x!, graph.ints([axis])]);
    const shifted = graph.node("Sub", [x!, peak]);
    const total = graph.node("ReduceSum", [graph.node("Exp", [shifted]), graph.ints([axis])]);
    return [graph.node("Sub", [shifted, graph.node("Log", [total])])];
  },
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
        `give both the shape ${shapeText(width)}`,
      );
    const statistics = { dtype: "float32", shape: [...x!.shape.slice(0, -1), 1] } as const;
    return [x!, statistics, statistics];
  },
  lower: (graph, inputs, { attrs: { epsilon } }) =>
    graph.nodeMany("LayerNormalization", inputs, 3, { attributes: { axis: -1, epsilon: { float: epsilon } } }),
  vjp: ([dy, ...statisticsGradients], { inputs: [x, scale], outputs: [, ...statistics] }) => {
    const { dtype } = x!;
    const [center, inverse] = statistics.map((statistic) => cast(statistic, dtype));
    const [dCenter, dInverse] = statisticsGradients.map((gradient) => gradient && cast(gradient, dtype));
    // The statistics have gradients only where the gradient below is differentiated again:
    // dx += dCenter / width, and d(1 / deviation)/dx = -(x - mean) / deviation³ / width.
    const share = 1 / Math.max(x!.shape.at(-1)!, 1);
    const viaCenter = dCenter && expand(mul(dCenter, share), x!.shape);
    const viaInverse = dInverse && mul(sub(x!, center!), mul(dInverse, mul(pow(inverse!, 3), -share)));
    const viaStatistics = addAll(viaCenter, viaInverse);
    if (dy === undefined) return [viaStatistics];
    // Row by row, with a = 1 / deviation: dx = a·scale·dy + b·x + c, where b = a³·((dy·scale)·mean - (dy⊙x)·scale) / n,
    // c = -b·mean - a·(dy·scale) / n and n is the width. The sums are matrix products with a vector: they cost a
    // fraction of a pass over the elements, of which this form needs six.
    const width = scale!.size;
    const rows = width === 0 ? 0 : x!.size / width;
    const [gradient, values] = [reshape(dy, [rows, width]), reshape(x!, [rows, width])];
    const [mean, a, column] = [reshape(center!, [rows, 1]), reshape(inverse!, [rows, 1]), reshape(scale!, [width, 1])];
    const product = mul(gradient, values);
    const dyScale = matmul(gradient, column);
    const b = mul(mul(sub(mul(dyScale, mean), matmul(product, column)), mul(mul(a, a), a)), share);
    const c = neg(add(mul(b, mean), mul(mul(dyScale, a), share)));
    const dx = add(add(mul(mul(gradient, scale!), a), mul(values, b)), c);
    const dScale = sub(matmul(a, product, { transA: true }), matmul(mul(a, mean), gradient, { transA: true }));
    return [addAll(reshape(dx, x!.shape), viaStatistics), reshape(dScale, scale!.shape), sumRows(gradient)];
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

const rmsNormOp = defineOp<{ readonly epsilon: number }>({
  name: "rmsNorm",
  infer([x, scale]) {
    demand("float", [x!, scale!]);
    const width = x!.shape.slice(-1);
    if (width.length === 0 || !sameShape(width, scale!.shape))
      throw badShape(
        "SHAPE_NORM",
        "the scale has not the width of the last axis",
        `give it the shape ${shapeText(width)}`,
      );
    return [x!];
  },
  lower: (graph, inputs, { attrs: { epsilon } }) => [
    graph.node("SimplifiedLayerNormalization", inputs, { attributes: { axis: -1, epsilon: { float: epsilon } } }),
  ],
  // As layer normalisation's, without the mean: dx = a·scale·dy + b·x, where b = -a³·(dy⊙x)·scale / n. The kernel's own
  // a = 1 / root mean square is not to be had on all devices.
  vjp: ([dy], { inputs: [x, scale], attrs: { epsilon } }) => {
    const width = scale!.size;
    const rows = width === 0 ? 0 : x!.size / width;
    const share = 1 / Math.max(width, 1);
    const [gradient, values] = [reshape(dy!, [rows, width]), reshape(x!, [rows, width])];
    const a = pow(add(mul(sumSquares(values, { axis: 1, keepDims: true }), share), epsilon), -0.5);
    const product = mul(gradient, values);
    const b = mul(mul(matmul(product, reshape(scale!, [width, 1])), mul(mul(a, a), a)), -share);
    const dx = add(mul(mul(gradient, scale!), a), mul(values, b));
    return [reshape(dx, x!.shape), reshape(matmul(a, product, { transA: true }), scale!.shape)];
  },
});

/**
 * Scales the last axis to a mean square of 1, then by `scale`.
 * @param x     `[..., width]`
 * @param scale `[width]`
 * @param epsilon added to the mean square
 * @throws {ShapeError} SHAPE_NORM
 * @see https://arxiv.org/abs/1910.07467
 */
export const rmsNorm = (x: Tensor, scale: Tensor, epsilon = 1e-6): Tensor =>
  applyOne(rmsNormOp, [x, scale], { epsilon });

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
