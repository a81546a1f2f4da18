import { apply, applyOne, defineOp } from "../define-op.ts";
import { badShape, demand, resolveAxis, sameShape, type Shape, type TensorType } from "../shape.ts";
import type { NoAttrs, Tensor } from "../tensor.ts";
import { expand } from "./broadcast.ts";
import { cast, equal } from "./elementwise.ts";
import { reshape } from "./layout.ts";

/** Reading and adding at computed places. Indexes are int64. */

function demandIndex(index: TensorType): void {
  if (index.dtype !== "int64")
    throw badShape("SHAPE_DTYPE", `indexes of element type ${index.dtype}`, "cast indexes to int64");
}

const gatherOp = defineOp<{ readonly axis: number }>({
  name: "gather",
  infer([x, index], { axis }) {
    demandIndex(index!);
    return [{ dtype: x!.dtype, shape: x!.shape.toSpliced(axis, 1, ...index!.shape) }];
  },
  lower: (graph, inputs, { attrs: { axis } }) => [graph.node("Gather", inputs, { attributes: { axis } })],
  vjp: ([dy], { inputs: [x, index], attrs: { axis } }) => {
    const shape = x!.shape.toSpliced(axis, 1, index!.size);
    const column = reshape(
      index!,
      shape.map((_, i) => (i === axis ? index!.size : 1)),
    );
    return [scatterAdd(x!.shape, expand(column, shape), reshape(dy!, shape), axis), undefined];
  },
});

/**
 * The slices of `axis` that `index` names: `[..., n, ...]` and `[i, j]` give `[..., i, j, ...]`.
 * An embedding look-up is `gather(table, ids)`.
 */
export const gather = (x: Tensor, index: Tensor, axis = 0): Tensor =>
  applyOne(gatherOp, [x, index], () => ({ axis: resolveAxis(axis, x.rank) }));

const gatherRowsOp = defineOp<NoAttrs>({
  name: "gatherRows",
  infer([x, index]) {
    demandIndex(index!);
    if (index!.shape.length !== 1 || index!.shape[0] !== x!.shape[0])
      throw badShape("SHAPE_INDEX", "not one index for each item", `give indexes of shape [${x!.shape[0]}]`);
    return [{ dtype: x!.dtype, shape: [x!.shape[0]!, ...x!.shape.slice(2)] }];
  },
  lower: (graph, [x, index]) => [
    graph.node("GatherND", [x!, graph.node("Unsqueeze", [index!, graph.ints([1])])], { attributes: { batch_dims: 1 } }),
  ],
  vjp: ([dy], { inputs: [x, index] }) => {
    const shape = x!.shape.with(1, 1);
    const place = expand(
      reshape(
        index!,
        shape.map((extent, axis) => (axis === 0 ? extent : 1)),
      ),
      shape,
    );
    return [scatterAdd(x!.shape, place, reshape(dy!, shape), 1), undefined];
  },
});

/**
 * One row of each item: `x[b, index[b]]`.
 * @param x     `[batch, rows, ...]`
 * @param index `[batch]` int64
 * @returns     `[batch, ...]`
 */
export const gatherRows = (x: Tensor, index: Tensor): Tensor => applyOne(gatherRowsOp, [x, index], {});

const takeAlongOp = defineOp<{ readonly axis: number }>({
  name: "takeAlong",
  infer([x, index], { axis }) {
    demandIndex(index!);
    if (!sameShape(x!.shape.with(axis, 0), index!.shape.with(axis, 0)))
      throw badShape(
        "SHAPE_INDEX",
        `indexes differ in another axis than ${axis}`,
        "expand the indexes to the tensor's shape",
      );
    return [{ dtype: x!.dtype, shape: index!.shape }];
  },
  lower: (graph, inputs, { attrs: { axis } }) => [graph.node("GatherElements", inputs, { attributes: { axis } })],
  vjp: ([dy], { inputs: [x, index], attrs: { axis } }) => [scatterAdd(x!.shape, index!, dy!, axis), undefined],
});

/** Elements along `axis` at `index`, which has the shape of the result: `x[i, index[i, j]]` for axis 1. */
export const takeAlong = (x: Tensor, index: Tensor, axis: number): Tensor =>
  applyOne(takeAlongOp, [x, index], () => ({ axis: resolveAxis(axis, x.rank) }));

const scatterAddOp = defineOp<{ readonly shape: Shape; readonly axis: number }>({
  name: "scatterAdd",
  infer([index, updates], { shape }) {
    demandIndex(index!);
    if (!sameShape(index!.shape, updates!.shape) || index!.shape.length !== shape.length)
      throw badShape("SHAPE_INDEX", "indexes and updates differ in shape", "give an index for each element");
    return [{ dtype: updates!.dtype, shape }];
  },
  // ScatterElements adds in order on one thread; ScatterND would race where indexes repeat.
  lower: (graph, inputs, { attrs: { axis }, outputs: [y] }) => [
    graph.node("ScatterElements", [graph.full(0, y!), ...inputs], { attributes: { axis, reduction: "add" } }),
  ],
  vjp: ([dy], { inputs: [index], attrs: { axis } }) => [undefined, takeAlong(dy!, index!, axis)],
});

/** Zeros of `shape` to which each element of `updates` is added at `index` along `axis`; repeated places add up. */
export function scatterAdd(shape: Shape, index: Tensor, updates: Tensor, axis: number): Tensor {
  // ONNX Runtime's kernel does not add float16.
  if (updates.dtype === "float16") return cast(scatterAdd(shape, index, cast(updates, "float32"), axis), "float16");
  return applyOne(scatterAddOp, [index, updates], () => ({ shape, axis: resolveAxis(axis, shape.length) }));
}

/** 1 at the class that each index names, 0 elsewhere: `[...]` int64 gives `[..., classes]` float32. */
export function oneHot(index: Tensor, classes: number): Tensor<"float32"> {
  return cast(equal(reshape(index, [...index.shape, 1]), iota(classes)), "float32");
}

const iotaOp = defineOp<{ readonly count: number }>({
  name: "iota",
  infer: (_, { count }) => [{ dtype: "int64", shape: [count] }],
  lower: (graph, _inputs, { attrs: { count } }) => [graph.ints([...Array(count).keys()])],
});

/** The integers 0 to `count - 1`, as int64. */
export const iota = (count: number): Tensor<"int64"> => applyOne(iotaOp, [], { count }) as Tensor<"int64">;

/** The identity matrix `[size, size]`. */
export const eye = (size: number): Tensor<"float32"> => oneHot(iota(size), size);

const topKOp = defineOp<{ readonly k: number; readonly axis: number }>({
  name: "topK",
  infer([x], { k, axis }) {
    demand("number", [x!]);
    if (k > x!.shape[axis]!)
      throw badShape(
        "SHAPE_TOP_K",
        `${k} of the ${x!.shape[axis]} elements of axis ${axis}`,
        "ask for no more than there are",
      );
    const shape = x!.shape.with(axis, k);
    return [
      { dtype: x!.dtype, shape },
      { dtype: "int64", shape },
    ];
  },
  lower: (graph, [x], { attrs: { k, axis } }) =>
    graph.nodeMany("TopK", [x!, graph.ints([k])], 2, { attributes: { axis } }),
  vjp: ([dy], { inputs: [x], outputs: [, index], attrs: { axis } }) => [dy && scatterAdd(x!.shape, index!, dy, axis)],
});

/**
 * The `k` largest elements along `axis`, in falling order, and their indexes (int64); of equal ones the first comes first.
 * @throws {ShapeError} SHAPE_TOP_K
 */
export const topK = (x: Tensor, k: number, axis = -1): readonly [values: Tensor, indexes: Tensor] => {
  const [values, indexes] = apply(topKOp, [x], () => ({ k, axis: resolveAxis(axis, x.rank) }));
  return [values!, indexes!];
};
