import { apply, applyOne, checked, defineOp } from "../define-op.ts";
import { badShape, demand, resolveAxis, sameShape, shapeText, sizeOf, type Shape } from "../shape.ts";
import type { Tensor } from "../tensor.ts";
import { zerosLike } from "./leaf.ts";

/** Ops that move elements about without computing on them. */

const reshapeOp = defineOp<{ readonly shape: Shape }>({
  name: "reshape",
  infer([x], { shape }) {
    if (sizeOf(shape) !== sizeOf(x!.shape))
      throw badShape(
        "SHAPE_SIZE",
        `${sizeOf(x!.shape)} elements do not fill ${shapeText(shape)}`,
        "keep the number of elements",
      );
    return [{ dtype: x!.dtype, shape }];
  },
  lower: (graph, [x], { attrs: { shape } }) => [
    graph.node("Reshape", [x!, graph.ints(shape)], { attributes: { allowzero: 1 } }),
  ],
  vjp: ([dy], { inputs: [x] }) => [reshape(dy!, x!.shape)],
});

/**
 * The same elements, in order, as another shape. One extent may be -1: what is left.
 * @throws {ShapeError} SHAPE_SIZE, SHAPE_EXTENT
 */
export function reshape(x: Tensor, shape: Shape): Tensor {
  const known = shape.reduce((product, extent) => (extent === -1 ? product : product * extent), 1);
  const full = shape.map((extent) => (extent === -1 ? x.size / (known === 0 ? 1 : known) : extent));
  if (sameShape(x.shape, full)) return x;
  // A reshape of a reshape is one reshape.
  const source = x.node.op === reshapeOp && sizeOf(full) === x.size ? x.node.inputs[0]! : x;
  return sameShape(source.shape, full) ? source : applyOne(reshapeOp, [source], { shape: full });
}

const transposeOp = defineOp<{ readonly order: readonly number[] }>({
  name: "transpose",
  infer: ([x], { order }) => {
    if (
      order.length !== x!.shape.length ||
      new Set(order).size !== order.length ||
      order.some((axis) => x!.shape[axis] === undefined)
    )
      throw badShape("SHAPE_ORDER", `${shapeText(order)} is not an order of its axes`, "name each axis once");
    return [{ dtype: x!.dtype, shape: order.map((axis) => x!.shape[axis]!) }];
  },
  lower: (graph, inputs, { attrs: { order } }) => [graph.node("Transpose", inputs, { attributes: { perm: order } })],
  vjp: ([dy], { attrs: { order } }) => [
    transpose(
      dy!,
      order.map((_, axis) => order.indexOf(axis)),
    ),
  ],
});

/**
 * Axes in another order; without one, the last two swap.
 * @throws {ShapeError} SHAPE_ORDER
 */
export function transpose(x: Tensor, order?: readonly number[]): Tensor {
  const axes = order ?? [...Array(x.rank).keys()].map((axis) => (axis < x.rank - 2 ? axis : 2 * x.rank - 3 - axis));
  return axes.every((axis, i) => axis === i) && axes.length === x.rank
    ? x
    : applyOne(transposeOp, [x], { order: axes });
}

interface Region {
  readonly starts: readonly number[];
  readonly ends: readonly number[];
  readonly steps: readonly number[];
}

const sliceOp = defineOp<Region>({
  name: "slice",
  infer([x], { starts, ends, steps }) {
    if (starts.length !== x!.shape.length)
      throw badShape("SHAPE_SLICE", `${starts.length} ranges`, `give at most ${x!.shape.length}, one for each axis`);
    if (!steps.every((step) => Number.isInteger(step) && step > 0))
      throw badShape("SHAPE_SLICE", `steps ${steps.join(", ")}`, "steps are whole numbers of 1 and more: see flip");
    return [{ dtype: x!.dtype, shape: starts.map((start, axis) => Math.ceil((ends[axis]! - start) / steps[axis]!)) }];
  },
  lower: (graph, [x], { attrs: { starts, ends, steps }, inputs: [source] }) => {
    const axes = starts.flatMap((start, axis) =>
      start !== 0 || ends[axis] !== source!.shape[axis] || steps[axis] !== 1 ? [axis] : [],
    );
    const part = (of: readonly number[]): string => graph.ints(axes.map((axis) => of[axis]!));
    return [graph.node("Slice", [x!, part(starts), part(ends), graph.ints(axes), part(steps)])];
  },
  vjp: ([dy], { inputs: [x], attrs: { starts, steps } }) => {
    const spread = steps.every((step) => step === 1) ? dy! : dilate(dy!, steps);
    // The last step may reach beyond the last element taken, so what is missing is counted from what came out.
    return [
      pad(
        spread,
        starts.map((start, axis) => [start, x!.shape[axis]! - start - spread.shape[axis]!]),
      ),
    ];
  },
});

/** Puts `step - 1` zeros between neighbours of each axis. */
export function dilate(x: Tensor, steps: readonly number[]): Tensor {
  const wide = reshape(
    x,
    x.shape.flatMap((extent, axis) => (steps[axis] === 1 ? [extent] : [extent, 1])),
  );
  const whole = [0, 0] as const;
  const padded = pad(
    wide,
    steps.flatMap((step) => (step === 1 ? [whole] : [whole, [0, step - 1] as const])),
  );
  const full = reshape(
    padded,
    x.shape.map((extent, axis) => extent * steps[axis]!),
  );
  return slice(
    full,
    x.shape.map((extent, axis) => [0, Math.max((extent - 1) * steps[axis]! + 1, 0)] as const),
  );
}

/**
 * The elements `start` (included) to `end` (excluded) of each axis, every `step`-th; negative positions count from the
 * end, `undefined` takes the whole axis.
 * @throws {ShapeError} SHAPE_SLICE
 */
export function slice(
  x: Tensor,
  ranges: readonly (readonly [start: number, end?: number, step?: number] | undefined)[],
): Tensor {
  const resolve = (at: number, extent: number): number => Math.min(Math.max(at < 0 ? at + extent : at, 0), extent);
  const region = Array.from({ length: Math.max(x.rank, ranges.length) }, (_, axis) => {
    const extent = x.shape[axis] ?? 0;
    const [start, end = extent, step = 1] = ranges[axis] ?? [0];
    const from = resolve(start, extent);
    return { from, to: Math.max(resolve(end, extent), from), step };
  });
  const part = applyOne(sliceOp, [x], {
    starts: region.map(({ from }) => from),
    ends: region.map(({ to }) => to),
    steps: region.map(({ step }) => step),
  });
  return sameShape(part.shape, x.shape) ? x : part;
}

type Padding = readonly (readonly [before: number, after: number])[];

const padOp = defineOp<{ readonly padding: Padding; readonly value: number }>({
  name: "pad",
  infer([x], { padding }) {
    const { dtype, shape } = x!;
    const padded = shape.map((extent, axis) => extent + (padding[axis]?.[0] ?? 0) + (padding[axis]?.[1] ?? 0));
    if (padding.length !== shape.length || padded.some((extent) => extent < 0))
      throw badShape(
        "SHAPE_PADDING",
        `padding ${JSON.stringify(padding)}`,
        "give [before, after] for each axis, and take away no more than there is",
      );
    return [{ dtype, shape: padded }];
  },
  lower: (graph, [x], { attrs: { padding, value }, inputs: [source] }) => {
    const widths = graph.ints([...padding.map(([before]) => before), ...padding.map(([, after]) => after)]);
    return [graph.node("Pad", [x!, widths, graph.scalar(source!.dtype, value)])];
  },
  vjp: ([dy], { attrs: { padding } }) => [
    pad(
      dy!,
      padding.map(([before, after]) => [-before, -after]),
    ),
  ],
});

/**
 * Adds `before` and `after` elements of `value` to each axis; negative widths take elements away.
 * @throws {ShapeError} SHAPE_PADDING
 */
export function pad(x: Tensor, padding: Padding, value = 0): Tensor {
  const padded = applyOne(padOp, [x], { padding, value });
  return padding.every(([before, after]) => before === 0 && after === 0) ? x : padded;
}

const concatOp = defineOp<{ readonly axis: number }>({
  name: "concat",
  infer(inputs, { axis }) {
    demand("any", inputs);
    const [first] = inputs;
    const others = inputs.map(({ shape }) => shape.map((extent, i) => (i === axis ? 0 : extent)));
    if (others.some((shape) => !sameShape(shape, others[0]!)))
      throw badShape("SHAPE_CONCAT", `shapes differ at another axis than ${axis}`, "only the joined axis may differ");
    const extent = inputs.reduce((total, { shape }) => total + shape[axis]!, 0);
    return [{ dtype: first!.dtype, shape: first!.shape.map((n, i) => (i === axis ? extent : n)) }];
  },
  lower: (graph, inputs, { attrs: { axis } }) => [graph.node("Concat", inputs, { attributes: { axis } })],
  vjp: ([dy], { inputs, attrs: { axis } }) =>
    split(
      dy!,
      inputs.map(({ shape }) => shape[axis]!),
      axis,
    ),
});

/**
 * Joins tensors along `axis`.
 * @throws {ShapeError} SHAPE_CONCAT
 */
export function concat(parts: readonly Tensor[], axis: number): Tensor {
  const joined = applyOne(concatOp, parts, () => {
    if (parts.length === 0) throw badShape("SHAPE_CONCAT", "there is nothing to join", "give one tensor or more");
    return { axis: resolveAxis(axis, parts[0]!.rank) };
  });
  return parts.length === 1 ? parts[0]! : joined;
}

const splitOp = defineOp<{ readonly sizes: readonly number[]; readonly axis: number }>({
  name: "split",
  infer([x], { sizes, axis }) {
    if (sizes.reduce((total, size) => total + size, 0) !== x!.shape[axis])
      throw badShape(
        "SHAPE_SPLIT",
        `parts ${sizes.join(" + ")} do not make ${x!.shape[axis]}`,
        "sizes add up to the axis",
      );
    return sizes.map((size) => ({ dtype: x!.dtype, shape: x!.shape.map((extent, i) => (i === axis ? size : extent)) }));
  },
  lower: (graph, [x], { attrs: { sizes, axis } }) =>
    graph.nodeMany("Split", [x!, graph.ints(sizes)], sizes.length, { attributes: { axis } }),
  vjp: (grads, { outputs, attrs: { axis } }) => [
    concat(
      outputs.map((output, i) => grads[i] ?? zerosLike(output)),
      axis,
    ),
  ],
});

/**
 * Parts of the given sizes along `axis`, in order.
 * @throws {ShapeError} SHAPE_SPLIT
 */
export function split(x: Tensor, sizes: readonly number[], axis: number): readonly Tensor[] {
  const parts = apply(splitOp, [x], () => ({ sizes, axis: resolveAxis(axis, x.rank) }));
  return sizes.length === 1 ? [x] : parts;
}

/**
 * Joins tensors of one shape along a new axis.
 * @throws {ShapeError} SHAPE_DIFFERENT
 */
export function stack(parts: readonly Tensor[], axis: number): Tensor {
  const at = checked("stack", parts, () => {
    if (parts.some(({ shape }) => !sameShape(shape, parts[0]!.shape)))
      throw badShape("SHAPE_DIFFERENT", "the shapes differ", "stack tensors of one shape");
    return resolveAxis(axis, parts[0]!.rank + 1);
  });
  return concat(
    parts.map((part) => reshape(part, part.shape.toSpliced(at, 0, 1))),
    at,
  );
}

const flipOp = defineOp<{ readonly axis: number }>({
  name: "flip",
  infer: (inputs) => inputs,
  lower: (graph, [x], { attrs: { axis } }) => [
    graph.node("Slice", [x!, graph.ints([-1]), graph.ints([-(2 ** 31)]), graph.ints([axis]), graph.ints([-1])]),
  ],
  vjp: ([dy], { attrs: { axis } }) => [flip(dy!, axis)],
});

/** The elements of `axis` in reverse order. */
export const flip = (x: Tensor, axis: number): Tensor =>
  applyOne(flipOp, [x], () => ({ axis: resolveAxis(axis, x.rank) }));

/** Moves elements by `shift` places along `axis`; what falls off the end comes back at the start. */
export function roll(x: Tensor, shift: number, axis: number): Tensor {
  const at = checked("roll", [x], () => resolveAxis(axis, x.rank));
  const extent = x.shape[at]!;
  const cut = extent === 0 ? 0 : ((-shift % extent) + extent) % extent;
  if (cut === 0) return x;
  const [head, tail] = split(x, [cut, extent - cut], at);
  return concat([tail!, head!], at);
}
