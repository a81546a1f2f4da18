import { applyOne, checked, defineOp } from "../define-op.ts";
import { badShape, demand, resolveAxes, resolveAxis } from "../shape.ts";
import type { Tensor } from "../tensor.ts";
import { expand, reducedShape, reduceOp, reduction, sum, type ReduceOptions } from "./broadcast.ts";
import { add, cast, div, equal, exp, log, mul, stopGradient, sub } from "./elementwise.ts";
import { reshape } from "./layout.ts";

/** Reductions over axes. */

/** Mean over axes. */
export const mean = reduction(
  reduceOp("mean", "ReduceMean", { kind: "float", ofNothing: false }, (dy, x) =>
    expand(mul(dy, dy.size / Math.max(x.size, 1)), x.shape),
  ),
);

/** Largest element over axes; equal ones share the gradient. */
export const max = reduction(reduceOp("max", "ReduceMax", { kind: "number", ofNothing: false }, extremeGradient));

/** Smallest element over axes; equal ones share the gradient. */
export const min = reduction(reduceOp("min", "ReduceMin", { kind: "number", ofNothing: false }, extremeGradient));

function extremeGradient(dy: Tensor, x: Tensor, y: Tensor, axis: readonly number[]): Tensor {
  const isExtreme = cast(equal(x, y), dy.dtype);
  return mul(isExtreme, div(dy, sum(isExtreme, { axis, keepDims: true })));
}

/** Sum of squares over axes. */
export const sumSquares = reduction(
  reduceOp("sumSquares", "ReduceSumSquare", { kind: "float", ofNothing: true }, (dy, x) => mul(x, mul(dy, 2))),
  (x) => mul(x, x),
);

/** `log(sum(e^x))` over axes, without overflow. */
export function logSumExp(x: Tensor, { axis, keepDims = false }: ReduceOptions = {}): Tensor {
  const axes = checked("logSumExp", [x], () => resolveAxes(axis, x.rank));
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
    demand("number", [x!]);
    if (x!.shape[axis] === 0) throw badShape("SHAPE_EMPTY", `axis ${axis} is empty`, "give it at least one element");
    return [{ dtype: "int64", shape: reducedShape(x!.shape, [axis], false) }];
  },
  lower: (graph, inputs, { attrs: { axis } }) => [graph.node("ArgMax", inputs, { attributes: { axis, keepdims: 0 } })],
});

/** Index of the largest element along `axis` (the first of equal ones), as int64. */
export const argMax = (x: Tensor, axis = -1): Tensor<"int64"> =>
  applyOne(argMaxOp, [x], () => ({ axis: resolveAxis(axis, x.rank) })) as Tensor<"int64">;

const cumulativeSumOp = defineOp<{ readonly axis: number; readonly exclusive: boolean; readonly reverse: boolean }>({
  name: "cumulativeSum",
  infer([x]) {
    demand("number", [x!]);
    return [x!];
  },
  lower: (graph, [x], { attrs: { axis, exclusive, reverse } }) => [
    graph.node("CumSum", [x!, graph.scalar("int64", axis)], {
      attributes: { exclusive: Number(exclusive), reverse: Number(reverse) },
    }),
  ],
  vjp: ([dy], { attrs: { axis, exclusive, reverse } }) => [cumulativeSum(dy!, axis, { exclusive, reverse: !reverse })],
});

/** Options of {@link cumulativeSum}: leave each element out of its own sum; sum what comes after instead of before. */
export interface CumulativeOptions {
  readonly exclusive?: boolean;
  readonly reverse?: boolean;
}

/** For each element, the sum along `axis` of those up to it. */
export function cumulativeSum(
  x: Tensor,
  axis = -1,
  { exclusive = false, reverse = false }: CumulativeOptions = {},
): Tensor {
  return applyOne(cumulativeSumOp, [x], () => ({ axis: resolveAxis(axis, x.rank), exclusive, reverse }));
}
