import { apply, applyOne, defineOp } from "../define-op.ts";
import type { Attribute } from "../onnx/model-proto.ts";
import { badShape, demand, type Shape, type TensorType } from "../shape.ts";
import type { Tensor } from "../tensor.ts";
import { cast, mul } from "./elementwise.ts";
import { convTranspose, windowOf, windowPlaces, type Window, type WindowOptions } from "./conv.ts";
import { scatterAdd } from "./gather.ts";
import { reshape } from "./layout.ts";
import { constant, full } from "./leaf.ts";

/** Pooling: one number for each window of each channel. */

/** Options of pooling; the stride is the kernel if absent, so that windows do not overlap. */
export interface PoolOptions extends Omit<WindowOptions, "dilation"> {
  /** Extents of the window; one number stands for every spatial axis. */
  readonly kernel: number | readonly number[];
}

function poolWindow(x: Tensor, { kernel, stride = kernel, padding = 0 }: PoolOptions): Window {
  const extents = typeof kernel === "number" ? x.shape.slice(2).map(() => kernel) : kernel;
  return windowOf(extents, { stride, padding });
}

function pooledType(x: TensorType, window: Window): TensorType {
  demand("float", [x]);
  if (x.shape.length < 3 || x.shape.length !== window.kernel.length + 2)
    throw badShape(
      "SHAPE_RANK",
      `rank ${x.shape.length} for a window of ${window.kernel.length} axes`,
      "give [batch, channels, ...space], and an extent for each axis in space",
    );
  if (window.padding.some((padding, i) => padding >= window.kernel[i]!))
    throw badShape(
      "SHAPE_WINDOW",
      `padding ${window.padding.join(", ")} for a kernel of ${window.kernel.join(", ")}`,
      "pad less than the kernel, or windows hold nothing",
    );
  return { dtype: x.dtype, shape: [...x.shape.slice(0, 2), ...windowPlaces(x.shape.slice(2), window)] };
}

const attributes = ({ kernel, stride, padding }: Window): Record<string, Attribute> => ({
  kernel_shape: kernel,
  strides: stride,
  pads: [...padding, ...padding],
});

const maxPoolOp = defineOp<Window>({
  name: "maxPool",
  infer([x], window) {
    const type = pooledType(x!, window);
    return [type, { dtype: "int64", shape: type.shape }];
  },
  lower: (graph, [x], { attrs }) => {
    const pool = (from: string, count: number): string[] =>
      graph.nodeMany("MaxPool", [from], count, { attributes: attributes(attrs) });
    if (graph.device !== "webgpu") return pool(x!, 2);
    // WebGPU's kernel lacks the second output, and there is none for float64: ONNX Runtime takes the CPU's.
    const float64 = 11;
    return [pool(x!, 1)[0]!, pool(graph.node("Cast", [x!], { attributes: { to: float64 } }), 2)[1]!];
  },
  // The second output says which element of the whole input was largest.
  vjp: ([dy], { inputs: [x], outputs: [, index] }) => [
    reshape(scatterAdd([x!.size], reshape(index!, [index!.size]), reshape(dy!, [dy!.size]), 0), x!.shape),
  ],
});

/**
 * Largest element of each window; the first of equal ones takes the gradient. Padding never wins.
 * @param x `[batch, channels, ...space]`
 * @returns `[batch, channels, ...places]`
 * @throws {ShapeError} SHAPE_WINDOW, SHAPE_RANK
 */
export const maxPool = (x: Tensor, options: PoolOptions): Tensor =>
  apply(maxPoolOp, [x], () => poolWindow(x, options))[0]!;

interface AvgPoolAttrs extends Window {
  readonly countPadding: boolean;
}

const avgPoolOp = defineOp<AvgPoolAttrs>({
  name: "avgPool",
  infer: ([x], window) => [pooledType(x!, window)],
  lower: (graph, inputs, { attrs }) => [
    graph.node("AveragePool", inputs, {
      attributes: { ...attributes(attrs), count_include_pad: Number(attrs.countPadding) },
    }),
  ],
  vjp: ([dy], { inputs: [x], attrs }) => {
    const [, channels, ...space] = x!.shape as [number, number, ...number[]];
    const share = attrs.countPadding ? 1 / attrs.kernel.reduce((size, extent) => size * extent, 1) : 1;
    const spread = attrs.countPadding ? dy! : mul(dy!, cast(sharesOfWindows(space, attrs), dy!.dtype));
    const { stride, padding } = attrs;
    return [
      convTranspose(spread, full(share, [channels, 1, ...attrs.kernel], dy!.dtype), undefined, {
        stride,
        padding,
        groups: channels,
        extents: space,
      }),
    ];
  },
});

/** For each window, 1 over the number of its elements that are not padding: `[1, 1, ...places]`. */
function sharesOfWindows(space: Shape, window: Window): Tensor {
  const places = windowPlaces(space, window);
  const counts = places.map((count, axis) =>
    Array.from({ length: count }, (_, place) => {
      const start = place * window.stride[axis]! - window.padding[axis]!;
      return Math.min(start + window.kernel[axis]!, space[axis]!) - Math.max(start, 0);
    }),
  );
  const sizes = counts.reduce((all, axis) => all.flatMap((size) => axis.map((count) => size * count)), [1]);
  return constant(
    sizes.map((size) => 1 / size),
    [1, 1, ...places],
  );
}

/**
 * Mean of each window.
 * @param x `[batch, channels, ...space]`
 * @param options `countPadding`: whether zeros of the padding are counted in the mean, as PyTorch does; true if absent
 * @returns `[batch, channels, ...places]`
 * @throws {ShapeError} SHAPE_WINDOW, SHAPE_RANK
 */
export const avgPool = (x: Tensor, options: PoolOptions & { readonly countPadding?: boolean }): Tensor =>
  applyOne(avgPoolOp, [x], () => ({ ...poolWindow(x, options), countPadding: options.countPadding ?? true }));
