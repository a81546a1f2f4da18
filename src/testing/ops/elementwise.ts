import type * as ops from "../../engine/ops/elementwise.ts";
import * as op from "../../engine/ops/elementwise.ts";
import type { Operand } from "../../engine/ops/leaf.ts";
import type { Tensor } from "../../engine/tensor.ts";
import { map, NdArray } from "../nd-array.ts";
import { given, ids, normals, positives, sample, truths, type OpSamples, type Sample, type Source } from "./sample.ts";

type Fill = (shape: readonly number[]) => Source;

/** Shapes that broadcast in each way, sizes 0 and 1 included. */
const pairs = [
  { left: [2, 3], right: [2, 3] },
  { left: [2, 3], right: [3] },
  { left: [2, 1, 2], right: [3, 1] },
  { left: [], right: [2] },
  { left: [1, 1], right: [1] },
  { left: [0, 3], right: [1] },
  { left: [2, 0], right: [2, 1] },
];

const binary = (
  apply: (a: Tensor, b: Tensor) => Tensor,
  f: (a: number, b: number) => number,
  fill: Fill = normals,
): Sample[] =>
  pairs.map(({ left, right }) =>
    sample(
      [fill(left), fill(right)],
      (a, b) => apply(a, b),
      (a, b) => map(f, a, b),
    ),
  );

const unary = (apply: (x: Tensor) => Tensor, f: (x: number) => number, fill: Fill = normals): Sample[] =>
  [[2, 3], [1], [0, 2], []].map((shape) =>
    sample(
      [fill(shape)],
      (x) => apply(x),
      (x) => map(f, x),
    ),
  );

const logic = (apply: (a: Tensor, b: Tensor) => Tensor, f: (a: number, b: number) => number): Sample[] => [
  sample(
    [truths([4], [0, 0, 1, 1]), truths([4], [0, 1, 0, 1])],
    (a, b) => apply(a, b),
    (a, b) => map(f, a, b),
  ),
];

const compare = (apply: (a: Tensor, b: Tensor) => Tensor, f: (a: number, b: number) => number): Sample[] => [
  ...binary(apply, f),
  sample(
    [given([3], [1, 2, 3]), given([3], [1, 3, 2])],
    (a, b) => apply(a, b),
    (a, b) => map(f, a, b),
  ),
  sample(
    [ids([3], [1, 2, 3]), ids([1], [2])],
    (a, b) => apply(a, b),
    (a, b) => map(f, a, b),
  ),
];

/** `a` beside the number 2 on either side, and as int64. */
const withNumber = (apply: (a: Operand, b: Operand) => Tensor, f: (a: number, b: number) => number): Sample[] => [
  sample(
    [normals([2])],
    (a) => apply(a, 2),
    (a) => map((x) => f(x, 2), a),
  ),
  sample(
    [normals([2])],
    (a) => apply(2, a),
    (a) => map((x) => f(2, x), a),
  ),
  sample(
    [ids([3], [-1, 0, 5])],
    (a) => apply(a, 2),
    (a) => map((x) => f(x, 2), a),
  ),
];

/** The error function: the integral of its derivative by Simpson's rule. */
export function erf(x: number): number {
  const density = (t: number): number => (2 / Math.sqrt(Math.PI)) * Math.exp(-t * t);
  const parts = 100;
  const width = x / parts;
  let sum = density(0) + density(x);
  for (let i = 1; i < parts; i++) sum += density(i * width) * (i % 2 === 0 ? 2 : 4);
  return (sum * width) / 3;
}

const zeros = (x: NdArray): NdArray => map(() => 0, x);
const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x));

/** Samples of every element-by-element op. */
export const samples: OpSamples<typeof ops> = {
  add: [...binary(op.add, (a, b) => a + b), ...withNumber(op.add, (a, b) => a + b)],
  sub: [...binary(op.sub, (a, b) => a - b), ...withNumber(op.sub, (a, b) => a - b)],
  mul: [...binary(op.mul, (a, b) => a * b), ...withNumber(op.mul, (a, b) => a * b)],
  div: binary(op.div, (a, b) => a / b, positives),
  pow: [
    ...binary(op.pow, (a, b) => a ** b, positives),
    sample(
      [given([4], [-1.5, -0.5, 0.5, 2])],
      (x) => op.pow(x, 2),
      (x) => map((a) => a ** 2, x),
    ),
  ],
  maximum: binary(op.maximum, Math.max),
  minimum: [...binary(op.minimum, Math.min), ...withNumber(op.minimum, Math.min)],
  neg: unary(op.neg, (x) => -x),
  abs: unary(op.abs, Math.abs),
  sign: unary(op.sign, Math.sign),
  exp: unary(op.exp, Math.exp),
  log: unary(op.log, Math.log, positives),
  sqrt: unary(op.sqrt, Math.sqrt, positives),
  reciprocal: unary(op.reciprocal, (x) => 1 / x, positives),
  erf: unary(op.erf, erf),
  tanh: unary(op.tanh, Math.tanh),
  sigmoid: unary(op.sigmoid, sigmoid),
  softplus: [
    ...unary(op.softplus, (x) => Math.log1p(Math.exp(x))),
    // e^200 is infinite in float32
    sample(
      [given([3], [-200, 0, 200])],
      (x) => op.softplus(x),
      (x) => map((v) => Math.max(v, 0) + Math.log1p(Math.exp(-Math.abs(v))), x),
    ),
  ],
  sin: unary(op.sin, Math.sin),
  cos: unary(op.cos, Math.cos),
  floor: unary(op.floor, Math.floor),
  round: [
    ...unary(op.round, Math.round),
    sample([given([3], [0.5, 1.5, 2.5])], op.round, () => new NdArray([3], [0, 2, 2]), { surrogate: zeros }),
  ],
  relu: unary(op.relu, (x) => Math.max(x, 0)),
  clip: [
    ...unary(
      (x) => op.clip(x, -0.5, 0.8),
      (x) => Math.min(Math.max(x, -0.5), 0.8),
    ),
    ...unary(
      (x) => op.clip(x, -Infinity, 0),
      (x) => Math.min(x, 0),
    ),
  ],
  equal: compare(op.equal, (a, b) => Number(a === b)),
  greater: compare(op.greater, (a, b) => Number(a > b)),
  greaterEqual: compare(op.greaterEqual, (a, b) => Number(a >= b)),
  less: compare(op.less, (a, b) => Number(a < b)),
  lessEqual: compare(op.lessEqual, (a, b) => Number(a <= b)),
  and: logic(op.and, (a, b) => a & b),
  or: logic(op.or, (a, b) => a | b),
  where: [
    sample([truths([2, 1], [0, 1]), normals([3]), normals([])], op.where, (c, a, b) =>
      map((chosen, x, y) => (chosen ? x : y), c, a, b),
    ),
    sample(
      [truths([2], [0, 1]), normals([2])],
      (c, a) => op.where(c, a, 7),
      (c, a) => map((chosen, x) => (chosen ? x : 7), c, a),
    ),
    sample([truths([0, 1], []), normals([2]), normals([1])], op.where, () => new NdArray([0, 2], [])),
  ],
  cast: [
    sample(
      [normals([2, 3])],
      (x) => op.cast(x, "int64"),
      (x) => map(Math.trunc, x),
    ),
    sample(
      [given([4], [0, -0, 0.5, 2])],
      (x) => op.cast(x, "bool"),
      (x) => map((v) => Number(v !== 0), x),
    ),
    sample(
      [given([3], [0, 7, 255], "uint8")],
      (x) => op.cast(x, "float32"),
      (x) => x,
    ),
    sample(
      [ids([0], [])],
      (x) => op.cast(x, "int32"),
      (x) => x,
    ),
    // Numbers of at most 11 significant bits, which float16 holds as they are.
    sample(
      [given([3], [0.5, -1.25, 2047])],
      (x) => op.cast(op.cast(x, "float16"), "float32"),
      (x) => x,
      { slack: 100 },
    ),
    sample(
      [truths([2], [0, 1]), normals([2])],
      (c, x) => op.mul(op.cast(c, "float32"), x),
      (c, x) => map((a, b) => a * b, c, x),
    ),
  ],
  stopGradient: [sample([normals([2])], op.stopGradient, (x) => x, { surrogate: zeros })],
  straightThrough: [
    sample([normals([2]), normals([2])], op.straightThrough, (forward) => forward, {
      surrogate: (_, backward) => backward,
    }),
  ],
  not: [
    sample(
      [truths([2], [0, 1])],
      (x) => op.not(x),
      (x) => map((a) => 1 - a, x),
    ),
  ],
};
