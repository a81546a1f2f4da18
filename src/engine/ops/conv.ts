import { applyOne, defineOp } from "../define-op.ts";
import type { Attribute } from "../onnx/model-proto.ts";
import { badShape, demand, sameShape, shapeText, type Shape, type TensorType } from "../shape.ts";
import type { Tensor } from "../tensor.ts";
import { sum } from "./broadcast.ts";
import { concat, dilate, flip, pad, reshape, slice, split, transpose } from "./layout.ts";
import { full } from "./leaf.ts";

/** Convolution over one spatial axis or more, and its transpose: each is the gradient of the other. */

/** How a kernel moves over its input. One number stands for every spatial axis, a list has one for each. */
export interface WindowOptions {
  /** Places from one window to the next; 1 if absent. */
  readonly stride?: number | readonly number[];
  /** Zeros added at both ends; 0 if absent. */
  readonly padding?: number | readonly number[];
  /** Places from one element of the kernel to the next; 1 if absent. */
  readonly dilation?: number | readonly number[];
}

/** Options of {@link conv}. */
export interface ConvOptions extends WindowOptions {
  /** Channels are cut into so many groups, each with kernels of its own; 1 if absent. */
  readonly groups?: number;
}

/** {@link WindowOptions} with a number for each spatial axis. */
export interface Window {
  readonly kernel: readonly number[];
  readonly stride: readonly number[];
  readonly padding: readonly number[];
  readonly dilation: readonly number[];
}

/** A window over as many axes as the kernel has. */
export function windowOf(kernel: readonly number[], { stride = 1, padding = 0, dilation = 1 }: WindowOptions): Window {
  const each = (name: string, value: number | readonly number[], least: number): readonly number[] => {
    const values = typeof value === "number" ? kernel.map(() => value) : value;
    if (values.length !== kernel.length || !values.every((n) => Number.isInteger(n) && n >= least))
      throw badShape(
        "SHAPE_WINDOW",
        `${name} ${String(value)}`,
        `give a whole number from ${least}, or one for each of ${kernel.length} axes`,
      );
    return values;
  };
  return {
    kernel: each("kernel", kernel, 1),
    stride: each("stride", stride, 1),
    padding: each("padding", padding, 0),
    dilation: each("dilation", dilation, 1),
  };
}

/** How many places each axis of the input has for the window; throws if there is none. */
export function windowPlaces(extents: Shape, { kernel, stride, padding, dilation }: Window): Shape {
  return extents.map((extent, i) => {
    const [reach, room] = [dilation[i]! * (kernel[i]! - 1) + 1, extent + 2 * padding[i]!];
    if (reach > room)
      throw badShape(
        "SHAPE_WINDOW",
        `a kernel of ${shapeText(kernel)} reaches over ${reach} places, the padded axis ${i + 2} has ${room}`,
        "use a smaller kernel or dilation, or more padding",
      );
    return Math.floor((room - reach) / stride[i]!) + 1;
  });
}

interface ConvAttrs extends Window {
  readonly groups: number;
}

const attributes = ({ kernel, stride, padding, dilation, groups }: ConvAttrs): Record<string, Attribute> => ({
  kernel_shape: kernel,
  strides: stride,
  pads: [...padding, ...padding],
  dilations: dilation,
  group: groups,
});

/** Demands a kernel with as many axes as its input, which takes and gives channels that the groups divide. */
function demandKernel([x, weight, bias]: readonly TensorType[], groups: number, taken: number, given: number): void {
  demand("float", bias === undefined ? [x!, weight!] : [x!, weight!, bias]);
  if (x!.shape.length < 3 || x!.shape.length > 5 || x!.shape.length !== weight!.shape.length)
    throw badShape(
      "SHAPE_RANK",
      `ranks ${x!.shape.length} and ${weight!.shape.length}`,
      "input and kernel have two axes for batch and channels, and the same one to three in space",
    );
  if (x!.shape[1] !== taken)
    throw badShape(
      "SHAPE_CONV",
      `the kernel takes ${taken} channels, the input has ${x!.shape[1]}`,
      "make them equal, or change the groups",
    );
  if (!Number.isInteger(groups) || weight!.shape[0]! % groups !== 0)
    throw badShape("SHAPE_CONV", `${groups} groups do not divide ${weight!.shape[0]} kernels`, "choose a divisor");
  if (bias !== undefined && !sameShape(bias.shape, [given]))
    throw badShape(
      "SHAPE_CONV",
      `a bias of shape ${shapeText(bias.shape)} for ${given} channels`,
      `give it the shape [${given}]`,
    );
}

type Convolve = (x: Tensor, weight: Tensor, bias: Tensor | undefined) => Tensor;

/** A grouped convolution as one for each group, for WebGPU, whose kernels lack some. */
function perGroup([x, weight, bias]: readonly Tensor[], groups: number, convolve: Convolve): readonly Tensor[] {
  const cut = (tensor: Tensor, axis: number): readonly Tensor[] =>
    split(tensor, Array<number>(groups).fill(tensor.shape[axis]! / groups), axis);
  const [weights, biases] = [cut(weight!, 0), bias && cut(bias, 0)];
  const parts = cut(x!, 1).map((part, group) => convolve(part, weights[group]!, biases?.[group]));
  return [concat(parts, 1)];
}

const convOp = defineOp<ConvAttrs>({
  name: "conv",
  infer(inputs, attrs) {
    const [x, weight] = inputs;
    const channels = weight!.shape[0]!;
    demandKernel(inputs, attrs.groups, weight!.shape[1]! * attrs.groups, channels);
    return [{ dtype: x!.dtype, shape: [x!.shape[0]!, channels, ...windowPlaces(x!.shape.slice(2), attrs)] }];
  },
  lower: (graph, inputs, { attrs }) => [graph.node("Conv", inputs, { attributes: attributes(attrs) })],
  instead: ({ inputs, attrs }, device) =>
    device === "webgpu" && attrs.groups > 1 && attrs.kernel.length === 3
      ? perGroup(inputs, attrs.groups, (x, weight, bias) => conv(x, weight, bias, { ...attrs, groups: 1 }))
      : undefined,
  vjp: ([dy], { inputs: [x, weight, bias], attrs }) => [
    convTranspose(dy!, weight!, undefined, { ...attrs, extents: x!.shape.slice(2) }),
    kernelGradient(x!, dy!, attrs),
    ...(bias === undefined ? [] : [perChannel(dy!)]),
  ],
});

/**
 * Convolution (cross-correlation, as all networks have it) with zero padding.
 * @param x      `[batch, in, ...space]`, one to three axes in space
 * @param weight `[out, in / groups, ...kernel]`
 * @param bias   `[out]`
 * @returns      `[batch, out, ...places]`
 * @throws {ShapeError} SHAPE_CONV, SHAPE_WINDOW, SHAPE_RANK
 */
export function conv(x: Tensor, weight: Tensor, bias?: Tensor, options: ConvOptions = {}): Tensor {
  const inputs = bias === undefined ? [x, weight] : [x, weight, bias];
  return applyOne(convOp, inputs, () => ({ ...windowOf(weight.shape.slice(2), options), groups: options.groups ?? 1 }));
}

interface ConvTransposeAttrs extends ConvAttrs {
  readonly extents: Shape;
}

const convTransposeOp = defineOp<ConvTransposeAttrs>({
  name: "convTranspose",
  infer(inputs, attrs) {
    const [x, weight] = inputs;
    const channels = weight!.shape[1]! * attrs.groups;
    demandKernel(inputs, attrs.groups, weight!.shape[0]!, channels);
    if (!sameShape(windowPlaces(attrs.extents, attrs), x!.shape.slice(2)))
      throw badShape(
        "SHAPE_CONV",
        `an output of ${shapeText(attrs.extents)} has another number of windows than the input has places`,
        "leave it out, or add less than the stride to the smallest",
      );
    return [{ dtype: x!.dtype, shape: [x!.shape[0]!, channels, ...attrs.extents] }];
  },
  lower: (graph, inputs, { attrs, inputs: [x] }) => {
    const smallest = transposedExtents(x!.shape.slice(2), attrs);
    const outputPadding = attrs.extents.map((extent, i) => extent - smallest[i]!);
    return [
      graph.node("ConvTranspose", inputs, { attributes: { ...attributes(attrs), output_padding: outputPadding } }),
    ];
  },
  instead({ inputs, attrs }, device) {
    const [x, weight, bias] = inputs;
    const { groups, kernel } = attrs;
    // WebGPU has no kernel for three axes in space, and a wrong one where a group has several inputs and one output.
    const isLacking = kernel.length === 3 || (weight!.shape[1] === 1 && weight!.shape[0]! > groups);
    if (device !== "webgpu" || !isLacking) return undefined;
    if (groups > 1) return perGroup(inputs, groups, (...part) => convTranspose(...part, { ...attrs, groups: 1 }));
    return kernel.length === 3 ? [asConvolution(x!, weight!, bias, attrs)] : undefined;
  },
  vjp: ([dy], { inputs: [x, weight, bias], attrs }) => [
    conv(dy!, weight!, undefined, attrs),
    kernelGradient(dy!, x!, attrs),
    ...(bias === undefined ? [] : [perChannel(dy!)]),
  ],
});

/** A transposed convolution of one group as a convolution: of the input with zeros between its places, by the kernel turned round. */
function asConvolution(x: Tensor, weight: Tensor, bias: Tensor | undefined, attrs: ConvTransposeAttrs): Tensor {
  const { stride, padding, dilation, extents } = attrs;
  const spread = dilate(x, [1, 1, ...stride]);
  const edges = attrs.kernel.map((extent, i) => {
    const before = dilation[i]! * (extent - 1) - padding[i]!;
    return [before, extents[i]! + padding[i]! - spread.shape[i + 2]!] as const;
  });
  const padded = pad(spread, [[0, 0], [0, 0], ...edges]); // prettier-ignore
  const turned = attrs.kernel.reduce(
    (kernel, _, i) => flip(kernel, i + 2),
    transpose(weight, [1, 0, ...attrs.kernel.map((_, i) => i + 2)]),
  );
  return conv(padded, turned, bias, { dilation });
}

/** The smallest input of a convolution that has so many places. */
const transposedExtents = (places: Shape, { kernel, stride, padding, dilation }: Window): Shape =>
  places.map((count, i) => (count - 1) * stride[i]! + dilation[i]! * (kernel[i]! - 1) + 1 - 2 * padding[i]!);

/** Options of {@link convTranspose}. */
export interface ConvTransposeOptions extends ConvOptions {
  /** Spatial shape of the output: the smallest if absent, which may leave out places that a stride passes over. */
  readonly extents?: Shape;
}

/**
 * Transposed convolution: the gradient of {@link conv} by its input. Every place of the input lays its kernel, scaled,
 * on the output.
 * @param x      `[batch, in, ...places]`
 * @param weight `[in, out / groups, ...kernel]`
 * @param bias   `[out]`
 * @returns      `[batch, out, ...space]`
 * @throws {ShapeError} SHAPE_CONV, SHAPE_WINDOW, SHAPE_RANK
 */
export function convTranspose(x: Tensor, weight: Tensor, bias?: Tensor, options: ConvTransposeOptions = {}): Tensor {
  const inputs = bias === undefined ? [x, weight] : [x, weight, bias];
  return applyOne(convTransposeOp, inputs, () => {
    const window = windowOf(weight.shape.slice(2), options);
    return {
      ...window,
      groups: options.groups ?? 1,
      extents: options.extents ?? transposedExtents(x.shape.slice(2), window),
    };
  });
}

const perChannel = (dy: Tensor): Tensor => sum(dy, { axis: dy.shape.flatMap((_, axis) => (axis === 1 ? [] : [axis])) });

/**
 * Gradient of `conv(x, weight)` by the weight: a convolution of `x` with `dy` as the kernel, where batch and channels
 * change places, and so do stride and dilation.
 */
function kernelGradient(x: Tensor, dy: Tensor, { kernel, stride, padding, dilation, groups }: ConvAttrs): Tensor {
  const [batch, channels, ...space] = x.shape as [number, number, ...number[]];
  const outputs = dy.shape[1]!;
  const perGroup = channels / groups;
  if (x.size === 0 || dy.size === 0) return full(0, [outputs, perGroup, ...kernel], x.dtype);
  const rest = space.map((_, i) => i);
  // [batch, groups · in, ...] -> [in, groups · batch, ...], and dy -> [groups · out, batch, ...]
  const grouped = transpose(reshape(x, [batch, groups, perGroup, ...space]), [2, 1, 0, ...rest.map((i) => i + 3)]);
  const slopes = conv(
    reshape(grouped, [perGroup, groups * batch, ...space]),
    transpose(dy, [1, 0, ...rest.map((i) => i + 2)]),
    undefined,
    { stride: dilation, dilation: stride, padding, groups },
  ); // [in, out, ...], where a stride that did not divide left some places more than the kernel has
  const cut = slice(slopes, [undefined, undefined, ...kernel.map((extent) => [0, extent] as const)]);
  return transpose(cut, [1, 0, ...rest.map((i) => i + 2)]);
}
