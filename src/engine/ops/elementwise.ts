import type { DType } from "../../platform/session.ts";
import { applyOne, defineOp } from "../define-op.ts";
import { onnxType } from "../onnx/model-proto.ts";
import { badShape, broadcastShapes, demand, sameShape, type Kind, type TensorType } from "../shape.ts";
import type { NoAttrs, NodeOf, OpDef, Tensor } from "../tensor.ts";
import { sumTo } from "./broadcast.ts";
import { operand, zerosLike, type Operand } from "./leaf.ts";

/** Element-by-element arithmetic, comparison and choice. Shapes broadcast by NumPy's rule; a number stands for a scalar. */

type Gradient = (dy: Tensor, node: NodeOf<NoAttrs>) => readonly (Tensor | undefined)[];

const binaryOp = (name: string, onnx: string, kind: Kind, gradient: Gradient): OpDef<NoAttrs> =>
  defineOp<NoAttrs>({
    name,
    infer(inputs) {
      demand(kind, inputs);
      return [{ dtype: inputs[0]!.dtype, shape: broadcastShapes(...inputs.map(({ shape }) => shape)) }];
    },
    lower: (graph, inputs) => [graph.node(onnx, inputs)],
    vjp: ([dy], node) =>
      gradient(dy!, node).map((grad, i) => (grad === undefined ? grad : sumTo(grad, node.inputs[i]!.shape))),
  });

const unaryOp = (
  name: string,
  onnx: string,
  gradient: (dy: Tensor, x: Tensor, y: Tensor) => Tensor,
  kind: Kind = "float",
): OpDef<NoAttrs> =>
  defineOp<NoAttrs>({
    name,
    infer(inputs) {
      demand(kind, inputs);
      return inputs;
    },
    lower: (graph, inputs) => [graph.node(onnx, inputs)],
    vjp: ([dy], { inputs, outputs }) => [gradient(dy!, inputs[0]!, outputs[0]!)],
  });

const binary =
  (op: OpDef<NoAttrs>) =>
  (a: Operand, b: Operand): Tensor => {
    if (typeof a === "number" && typeof b === "number")
      throw new TypeError(`${op.name} of two numbers: one must be a tensor`);
    const like = typeof a === "number" ? (b as Tensor) : a;
    return applyOne(op, [operand(a, like), operand(b, like)], {});
  };

const unary =
  (op: OpDef<NoAttrs>) =>
  (x: Tensor): Tensor =>
    applyOne(op, [x], {});

/** `a + b`. */
export const add = binary(binaryOp("add", "Add", "number", (dy) => [dy, dy]));
/** The sum of those terms that are there: for gradients that come from several sides. */
export const addAll = (...terms: readonly (Tensor | undefined)[]): Tensor | undefined =>
  terms
    .filter((term) => term !== undefined)
    .reduce<Tensor | undefined>((sum, term) => (sum ? add(sum, term) : term), undefined);
/** `a - b`. */
export const sub = binary(binaryOp("sub", "Sub", "number", (dy) => [dy, neg(dy)]));
/** `a * b`. */
export const mul = binary(binaryOp("mul", "Mul", "number", (dy, { inputs: [a, b] }) => [mul(dy, b!), mul(dy, a!)]));
/** `a / b`. */
export const div = binary(
  binaryOp("div", "Div", "float", (dy, { inputs: [, b], outputs: [y] }) => [div(dy, b!), neg(div(mul(dy, y!), b!))]),
);
/** `a` to the power `b`; the gradient by `b` is finite only for positive `a`. */
export const pow = binary(
  binaryOp("pow", "Pow", "float", (dy, { inputs: [a, b], outputs: [y] }) => [
    mul(dy, mul(b!, pow(a!, sub(b!, 1)))),
    mul(dy, mul(y!, log(a!))),
  ]),
);
/** The larger of `a` and `b`; where they are equal, half of the gradient goes to each. */
export const maximum = binary(binaryOp("maximum", "Max", "number", (dy, node) => pick(dy, node, greater)));
/** The smaller of `a` and `b`; where they are equal, half of the gradient goes to each. */
export const minimum = binary(binaryOp("minimum", "Min", "number", (dy, node) => pick(dy, node, less)));

function pick(dy: Tensor, { inputs: [a, b] }: NodeOf<NoAttrs>, wins: (a: Tensor, b: Tensor) => Tensor): Tensor[] {
  const tie = mul(cast(equal(a!, b!), dy.dtype), 0.5);
  return [wins(a!, b!), wins(b!, a!)].map((won) => mul(dy, add(cast(won, dy.dtype), tie)));
}

/** `-x`. */
export const neg = unary(unaryOp("neg", "Neg", (dy) => neg(dy)));
/** `|x|`; gradient 0 at 0. */
export const abs = unary(unaryOp("abs", "Abs", (dy, x) => mul(dy, sign(x)), "number"));
/** -1, 0 or 1; gradient 0. */
export const sign = unary(unaryOp("sign", "Sign", zerosLike, "number"));
/** `e^x`. */
export const exp = unary(unaryOp("exp", "Exp", (dy, _x, y) => mul(dy, y)));
/** Natural logarithm. */
export const log = unary(unaryOp("log", "Log", (dy, x) => div(dy, x)));
/** Square root. */
export const sqrt = unary(unaryOp("sqrt", "Sqrt", (dy, _x, y) => div(mul(dy, 0.5), y)));
/** `1 / x`. */
export const reciprocal = unary(unaryOp("reciprocal", "Reciprocal", (dy, _x, y) => neg(mul(dy, mul(y, y)))));
/** Gauss error function. */
export const erf = unary(unaryOp("erf", "Erf", (dy, x) => mul(dy, mul(exp(neg(mul(x, x))), 2 / Math.sqrt(Math.PI)))));
/** Hyperbolic tangent. */
export const tanh = unary(unaryOp("tanh", "Tanh", (dy, _x, y) => mul(dy, sub(1, mul(y, y)))));
/** `1 / (1 + e^-x)`. */
export const sigmoid = unary(unaryOp("sigmoid", "Sigmoid", (dy, _x, y) => mul(dy, mul(y, sub(1, y)))));
/** `log(1 + e^x)`, without overflow. */
export const softplus = unary(unaryOp("softplus", "Softplus", (dy, x) => mul(dy, sigmoid(x))));
/** Sine of radians. */
export const sin = unary(unaryOp("sin", "Sin", (dy, x) => mul(dy, cos(x))));
/** Cosine of radians. */
export const cos = unary(unaryOp("cos", "Cos", (dy, x) => neg(mul(dy, sin(x)))));
/** The largest integer not above `x`; gradient 0. */
export const floor = unary(unaryOp("floor", "Floor", zerosLike));
/** The nearest integer, halves to even; gradient 0 (see `straightThrough`). */
export const round = unary(unaryOp("round", "Round", zerosLike));
/** `max(x, 0)`; gradient 0 at 0. */
export const relu = unary(unaryOp("relu", "Relu", (dy, _x, y) => where(greater(y, 0), dy, 0)));

const compareOp = (name: string, onnx: string, kind: Kind): OpDef<NoAttrs> =>
  defineOp<NoAttrs>({
    name,
    infer(inputs) {
      demand(kind, inputs);
      return [{ dtype: "bool", shape: broadcastShapes(...inputs.map(({ shape }) => shape)) }];
    },
    lower: (graph, inputs) => [graph.node(onnx, inputs)],
  });

/** Whether `a` equals `b`, as bool. */
export const equal = binary(compareOp("equal", "Equal", "any"));
/** Whether `a > b`, as bool. */
export const greater = binary(compareOp("greater", "Greater", "number"));
/** Whether `a >= b`, as bool. */
export const greaterEqual = binary(compareOp("greaterEqual", "GreaterOrEqual", "number"));
/** Whether `a < b`, as bool. */
export const less = binary(compareOp("less", "Less", "number"));
/** Whether `a <= b`, as bool. */
export const lessEqual = binary(compareOp("lessEqual", "LessOrEqual", "number"));
/** Both of two bools. */
export const and = binary(compareOp("and", "And", "bool"));
/** Either of two bools. */
export const or = binary(compareOp("or", "Or", "bool"));
/** The opposite of a bool. */
export const not = unary(compareOp("not", "Not", "bool"));

const whereOp = defineOp<NoAttrs>({
  name: "where",
  infer([condition, a, b]) {
    demand("bool", [condition!]);
    demand("number", [a!, b!]);
    return [{ dtype: a!.dtype, shape: broadcastShapes(condition!.shape, a!.shape, b!.shape) }];
  },
  lower: (graph, inputs) => [graph.node("Where", inputs)],
  vjp: ([dy], { inputs: [condition, a, b] }) => [
    undefined,
    sumTo(where(condition!, dy!, 0), a!.shape),
    sumTo(where(condition!, 0, dy!), b!.shape),
  ],
});

/** `a` where `condition` (bool) holds, else `b`; one of them is a tensor. */
export function where(condition: Tensor, a: Operand, b: Operand): Tensor {
  const like = typeof a === "number" ? (b as Tensor) : a;
  return applyOne(whereOp, [condition, operand(a, like), operand(b, like)], {});
}

const castOp = defineOp<{ readonly to: DType }>({
  name: "cast",
  infer: ([x], { to }) => [{ dtype: to, shape: x!.shape }],
  lower: (graph, inputs, { attrs: { to } }) => [graph.node("Cast", inputs, { attributes: { to: onnxType[to] } })],
  vjp: ([dy], { inputs: [x] }) => [isFloat(x!) && isFloat(dy!) ? cast(dy!, x!.dtype) : undefined],
});

/** Whether a tensor's elements are floating-point numbers, so that it can have a gradient. */
export const isFloat = ({ dtype }: TensorType): boolean => dtype === "float32" || dtype === "float16";

/** The same numbers in another element type; towards integers it truncates. */
export const cast = <D extends DType>(x: Tensor, to: D): Tensor<D> =>
  (x.dtype === to ? x : applyOne(castOp, [x], { to })) as Tensor<D>;

const clipOp = defineOp<{ readonly low: number; readonly high: number }>({
  name: "clip",
  infer(inputs) {
    demand("float", inputs);
    return inputs;
  },
  lower: (graph, [x], { attrs: { low, high }, outputs: [y] }) => [
    graph.node("Clip", [x!, graph.scalar(y!.dtype, low), graph.scalar(y!.dtype, high)]),
  ],
  vjp: ([dy], { inputs: [x], attrs: { low, high } }) => [
    where(and(greaterEqual(x!, low), lessEqual(x!, high)), dy!, 0),
  ],
});

/** `x` limited to `[low, high]`; gradient 1 inside and at the limits, else 0. */
export const clip = (x: Tensor, low: number, high: number): Tensor => applyOne(clipOp, [x], { low, high });

const stopOp = defineOp<NoAttrs>({
  name: "stopGradient",
  infer: (inputs) => inputs,
  lower: (_graph, inputs) => inputs,
  vjp: () => [],
});

/** `x`, through which no gradient flows. */
export const stopGradient = unary(stopOp);

/** The value of `forward` with the gradient of `backward`, e.g. `straightThrough(round(x), x)`. Shapes must agree. */
export function straightThrough(forward: Tensor, backward: Tensor): Tensor {
  return applyOne(straightThroughOp, [forward, backward], {});
}

const straightThroughOp = defineOp<NoAttrs>({
  name: "straightThrough",
  infer([forward, backward]) {
    if (!sameShape(forward!.shape, backward!.shape))
      throw badShape(
        "SHAPE_DIFFERENT",
        "the two shapes differ",
        "the forward value and the tensor that takes its gradient have one shape",
      );
    return [forward!];
  },
  lower: (_graph, inputs) => [inputs[0]!],
  vjp: ([dy]) => [undefined, dy],
});
