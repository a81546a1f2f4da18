import { applyOne, checked, defineOp } from "../define-op.ts";
import { badShape, broadcastShapes, demand, resolveAxes, sameShape, type Kind, type Shape } from "../shape.ts";
import type { OpDef, Tensor } from "../tensor.ts";
import { reshape } from "./layout.ts";

/** Repeating elements and summing them again: each is the gradient of the other. */

const expandOp = defineOp<{ readonly shape: Shape }>({
  name: "expand",
  infer([x], { shape }) {
    if (!sameShape(broadcastShapes(x!.shape, shape), shape))
      throw badShape(
        "SHAPE_NOT_BROADCASTABLE",
        `it does not broadcast to [${shape.join(", ")}]`,
        "extents must agree or be 1",
      );
    return [{ dtype: x!.dtype, shape }];
  },
  lower: (graph, [x], { attrs: { shape } }) => [graph.node("Expand", [x!, graph.ints(shape)])],
  vjp: ([dy], { inputs: [x] }) => [sumTo(dy!, x!.shape)],
});

/** Repeats axes of extent 1, and adds leading axes, until the shape is `shape`. */
export const expand = (x: Tensor, shape: Shape): Tensor =>
  sameShape(x.shape, shape) ? x : applyOne(expandOp, [x], { shape });

/** Attributes of a reduction: ascending axes, and whether they stay with extent 1. */
export interface ReduceAttrs {
  readonly axes: readonly number[];
  readonly keepDims: boolean;
}

/** Which axes to reduce (all if absent), and whether they stay with extent 1. */
export interface ReduceOptions {
  readonly axis?: number | readonly number[];
  readonly keepDims?: boolean;
}

/** The shape that is left when axes are reduced. */
export function reducedShape(shape: Shape, axes: readonly number[], keepDims: boolean): Shape {
  const kept = shape.map((extent, axis) => (axes.includes(axis) ? 1 : extent));
  return keepDims ? kept : kept.filter((_, axis) => !axes.includes(axis));
}

/** The gradient of a reduction; `dy` and `y` have the reduced axes back, as extent 1. */
type ReductionGradient = (dy: Tensor, x: Tensor, y: Tensor, axes: readonly number[]) => Tensor;

/**
 * Declares a reduction that ONNX has an op for.
 * @param ofNothing whether it has a value where there are no elements
 */
export const reduceOp = (
  name: string,
  onnx: string,
  { kind, ofNothing }: { readonly kind: Kind; readonly ofNothing: boolean },
  gradient: ReductionGradient,
): OpDef<ReduceAttrs> =>
  defineOp<ReduceAttrs>({
    name,
    infer([x], { axes, keepDims }) {
      demand(kind, [x!]);
      const empty = axes.find((axis) => x!.shape[axis] === 0);
      if (!ofNothing && empty !== undefined)
        throw badShape("SHAPE_EMPTY", `axis ${empty} is empty`, "give it at least one element");
      return [{ dtype: x!.dtype, shape: reducedShape(x!.shape, axes, keepDims) }];
    },
    lower: (graph, [x], { attrs: { axes, keepDims } }) => [
      graph.node(onnx, [x!, graph.ints(axes)], { attributes: { keepdims: Number(keepDims) } }),
    ],
    vjp: ([dy], { inputs: [x], outputs: [y], attrs: { axes } }) => {
      const kept = reducedShape(x!.shape, axes, true);
      return [gradient(reshape(dy!, kept), x!, reshape(y!, kept), axes)];
    },
  });

/** The function that applies a reduction. `single` is what the reduction makes of one element, where no axis is reduced. */
export const reduction =
  (op: OpDef<ReduceAttrs>, single: (x: Tensor) => Tensor = (x) => x) =>
  (x: Tensor, { axis, keepDims = false }: ReduceOptions = {}): Tensor => {
    const axes = checked(op.name, [x], () => resolveAxes(axis, x.rank));
    const y = applyOne(op, [x], { axes, keepDims });
    return axes.length === 0 ? single(x) : y;
  };

/** Sum over axes. */
export const sum = reduction(
  reduceOp("sum", "ReduceSum", { kind: "number", ofNothing: true }, (dy, x) => expand(dy, x.shape)),
);

/** Sums `x` over the axes along which a tensor of `shape` was repeated to meet it: the gradient of broadcasting. */
export function sumTo(x: Tensor, shape: Shape): Tensor {
  if (sameShape(x.shape, shape)) return x;
  const extra = x.rank - shape.length;
  const axes = x.shape.flatMap((extent, axis) =>
    axis < extra || (shape[axis - extra] === 1 && extent !== 1) ? [axis] : [],
  );
  return reshape(axes.length === 0 ? x : sum(x, { axis: axes }), shape);
}
