import { applyOne, defineOp } from "../define-op.ts";
import { badShape, resolveAxes, resolveAxis } from "../shape.ts";
import type { NodeOf, Tensor } from "../tensor.ts";
import {
  expand,
  reducedShape,
  reduceOp,
  reduction,
  restored,
  sum,
  type ReduceAttrs,
  type ReduceOptions,
} from "./broadcast.ts";
import { add, cast, div, equal, exp, log, mul, stopGradient, sub } from "./elementwise.ts";
import { reshape } from "./layout.ts";

/** Reductions over axes. */

const extreme = (dy: Tensor, node: NodeOf<ReduceAttrs>): Tensor => {
  const isExtreme = cast(equal(node.inputs[0]!, restored(node.outputs[0]!, node)), dy.dtype);
  const count = sum(isExtreme, { axis: node.attrs.axes, keepDims: true });
  return mul(isExtreme, div(restored(dy, node), count));
};

/** Mean over axes. */
export const mean = reduction(
  reduceOp("mean", "ReduceMean", (dy, node) => {
    const { shape } = node.inputs[0]!;
    const count = node.attrs.axes.reduce((product, axis) => product * shape[axis]!, 1);
    return expand(mul(restored(dy, node), 1 / Math.max(count, 1)), shape);
  }),
);

/** Largest element over axes; equal ones share the gradient. */
export const max = reduction(reduceOp("max", "ReduceMax", extreme));

/** Smallest element over axes; equal ones share the gradient. */
export const min = reduction(reduceOp("min", "ReduceMin", extreme));

/** Sum of squares over axes. */
export const sumSquares = reduction(
  reduceOp("sumSquares", "ReduceSumSquare", (dy, node) => mul(node.inputs[0]!, mul(restored(dy, node), 2))),
);

/** `log(sum(e^x))` over axes, without overflow. */
export function logSumExp(x: Tensor, { axis, keepDims = false }: ReduceOptions = {}): Tensor {
  const axes = resolveAxes(axis, x.rank);
  const peak = stopGradient(max(x, { axis: axes, keepDims: true }));
  const total = log(sum(exp(sub(x, peak)), { axis: axes, keepDims: true }));
  return reshape(add(total, peak), reducedShape(x.shape, axes, keepDims));
}

/** Mean of all elements, weighted: `sum(x * weight) / sum(weight)`; 0 where all weights are 0. */
export function weightedMean(x: Tensor, weight: Tensor): Tensor {
  const total = sum(weight);
  return div(sum(mul(x, weight)), add(total, cast(equal(total, 0), total.dtype)));
}

const argMaxOp = defineOp<{ readonly axis: number }>({
  name: "argMax",
  infer([x], { axis }) {
    const at = resolveAxis(axis, x!.shape.length);
    if (x!.shape[at] === 0) throw badShape("SHAPE_EMPTY", "the axis is empty", "give it at least one element");
    return [{ dtype: "int64", shape: reducedShape(x!.shape, [at], false) }];
  },
  lower: (graph, inputs, { attrs: { axis } }) => [graph.node("ArgMax", inputs, { attributes: { axis, keepdims: 0 } })],
});

/** Index of the largest element along `axis` (the first of equal ones), as int64. */
export const argMax = (x: Tensor, axis = -1): Tensor<"int64"> => applyOne(argMaxOp, [x], { axis }) as Tensor<"int64">;
