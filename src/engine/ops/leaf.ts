import type { DType, HostTensor } from "../../platform/session.ts";
import { applyOne, checked, defineOp } from "../define-op.ts";
import { badShape, shapeText, sizeOf, type Shape, type TensorType } from "../shape.ts";
import type { Axes, Tensor } from "../tensor.ts";
import { hostTensor } from "../host-tensor.ts";

const inputOp = defineOp<{ readonly name: string; readonly type: TensorType }>({
  name: "input",
  infer: (_, { type }) => [type],
  lower: (_graph, _inputs, { attrs }) => [attrs.name], // the compiler declares it
});

const constantOp = defineOp<{ readonly value: HostTensor }>({
  name: "constant",
  infer: (_, { value }) => [{ dtype: value.dtype, shape: value.shape }],
  lower: (graph, _inputs, { attrs: { value } }) => [
    value.shape.length === 0 && value.dtype !== "float16"
      ? graph.scalar(value.dtype, Number(value.data[0]))
      : graph.constant(value),
  ],
});

/** A value that is given at each run, by this name. Names are unique in a graph: equal names are the same input. */
export const input = <D extends DType, A extends Axes = Axes>(name: string, dtype: D, shape: Shape): Tensor<D, A> =>
  applyOne(inputOp, [], { name, type: { dtype, shape } }) as Tensor<D, A>;

/** The name of a graph input, or `undefined` for any other tensor. */
export const inputName = ({ node }: Tensor): string | undefined =>
  node.op === inputOp && "name" in node.attrs && typeof node.attrs.name === "string" ? node.attrs.name : undefined;

/**
 * A tensor that is part of the graph. Numbers fill `shape` in row-major order; a single number alone is a scalar.
 * For float16, cast a float32 constant, or give the bits to {@link hostConstant}.
 * @throws {ShapeError} SHAPE_SIZE
 */
export function constant<D extends Exclude<DType, "float16"> = "float32">(
  value: number | ArrayLike<number>,
  shape: Shape = [],
  dtype?: D,
): Tensor<D> {
  const values = typeof value === "number" ? [value] : value;
  checked("constant", [], () => {
    if (values.length !== sizeOf(shape))
      throw badShape(
        "SHAPE_SIZE",
        `${values.length} numbers do not fill ${shapeText(shape)}`,
        "give one for each element",
      );
  });
  return hostConstant(hostTensor(dtype ?? ("float32" as D), shape, values));
}

/** A host tensor as part of the graph. */
export const hostConstant = <D extends DType>(value: HostTensor<D>): Tensor<D> =>
  applyOne(constantOp, [], { value }) as Tensor<D>;

const fullOp = defineOp<{ readonly value: number; readonly type: TensorType }>({
  name: "full",
  infer: (_, { type }) => [type],
  lower: (graph, _inputs, { attrs: { value, type } }) => [graph.full(value, type)],
});

/** A tensor all of whose elements are `value`; it takes no room in the model. */
export const full = <D extends DType = "float32">(value: number, shape: Shape, dtype?: D): Tensor<D> =>
  applyOne(fullOp, [], { value, type: { dtype: dtype ?? "float32", shape } }) as Tensor<D>;

/** Zeros of a tensor's type. */
export const zerosLike = (x: Tensor): Tensor => full(0, x.shape, x.dtype);

/** A tensor, or a number that takes the element type of the tensor it meets. */
export type Operand = Tensor | number;

/**
 * `value` as a tensor of the element type of `like`.
 * @throws {ShapeError} SHAPE_DTYPE for a fraction beside integers
 */
export function operand(value: Operand, like: Tensor): Tensor {
  if (typeof value !== "number") return value;
  const isInteger = like.dtype !== "float32" && like.dtype !== "float16";
  return checked("operand", [like], () => {
    if (isInteger && !Number.isSafeInteger(value))
      throw badShape("SHAPE_DTYPE", `${value} is not of its element type`, "cast it to float32 first");
    return full(value, [], like.dtype);
  });
}
