import { vjp } from "../../engine/autodiff.ts";
import { hostTensor } from "../../engine/host-tensor.ts";
import { isFloat } from "../../engine/ops/elementwise.ts";
import { input, zerosLike } from "../../engine/ops/leaf.ts";
import { fold, key, normal } from "../../engine/random.ts";
import { sameShape, shapeText, sizeOf, type TensorType } from "../../engine/shape.ts";
import type { Tensor } from "../../engine/tensor.ts";
import type { HostTensor } from "../../platform/session.ts";
import { largest, NdArray } from "../nd-array.ts";
import { along, gradient, type Companions, type Function } from "./finite-differences.ts";
import { drawInputs, type Reference, type Sample } from "./sample.ts";

/** A graph that shows an op's values and derivatives on a sample, what to feed it, and what must come out. */
export interface Check {
  readonly outputs: Readonly<Record<string, Tensor>>;
  readonly feeds: Readonly<Record<string, HostTensor>>;
  readonly expected: Readonly<Record<string, Expected>>;
}

/** A result, and how far from it a value may be, as a fraction of the larger of 1 and the result's largest value. */
interface Expected {
  readonly value: NdArray;
  readonly tolerance: number;
}

// float32 keeps 6e-8 of a number; sums of some dozen terms, and derivatives of derivatives, lose some of that.
const tolerance = { value: 1e-5, gradient: 5e-5, second: 5e-4 };

/**
 * The check of one sample: outputs `y`, their gradients `dx` in a random direction `r` of the outputs, and the gradients
 * `ddx` and `dr` of those in a random direction `v` of the inputs, each by finite differences of the reference.
 */
export function check(name: string, sample: Sample): Check {
  const { plain, host } = drawInputs(name, sample);
  const xs = host.map(({ dtype, shape }, j) => input(`${name}.x${j}`, dtype, shape));
  const ys = [sample.apply(...xs)].flat();
  const floats = (tensors: readonly Tensor[], prefix: string): Direction[] =>
    tensors.flatMap((tensor, at) => (isFloat(tensor) ? [direction(`${name}.${prefix}${at}`, tensor, at)] : []));
  const rs = floats(ys, "r");
  const vs = floats(xs, "v");

  const dxs = gradients(
    rs.map(({ at }) => ys[at]!),
    rs,
    vs.map(({ at }) => xs[at]!),
  );
  const seconds = gradients(dxs, vs, [...vs.map(({ at }) => xs[at]!), ...rs.map(({ tensor }) => tensor)]);

  const f = plainly(sample.surrogate ?? sample.reference);
  const weights = companions(ys, rs);
  const directions = companions(xs, vs);
  const slopes = (inputs: readonly NdArray[], step: number): NdArray[] =>
    gradient(f, inputs, weights, directions, step).filter((slope) => slope !== undefined);
  const outputs: Record<string, Tensor> = {};
  const expected: Record<string, Expected> = {};
  const expect = (id: string, tensors: readonly Tensor[], values: readonly NdArray[], tolerance: number): void => {
    for (const [i, tensor] of tensors.entries()) {
      outputs[`${name}.${id}${i}`] = tensor;
      expected[`${name}.${id}${i}`] = { value: values[i]!, tolerance: tolerance * (sample.slack ?? 1) };
    }
  };
  expect("y", ys, plainly(sample.reference)(plain), tolerance.value);
  if (rs.length > 0 && vs.length > 0) {
    expect("dx", dxs, slopes(plain, 1e-5), tolerance.gradient);
    expect(
      "ddx",
      seconds.slice(0, vs.length),
      along((at) => slopes(at, 1e-4), plain, directions, 1e-4),
      tolerance.second,
    );
    const jacobianV = along(f, plain, directions, 1e-5);
    expect(
      "dr",
      seconds.slice(vs.length),
      rs.map(({ at }) => jacobianV[at]!),
      tolerance.gradient,
    );
  }
  const named = [
    ...xs.map((_, j) => [`${name}.x${j}`, host[j]!] as const),
    ...[...rs, ...vs].map(({ id, host }) => [id, host] as const),
  ];
  return { outputs, feeds: Object.fromEntries(named), expected };
}

/** A random direction of a float tensor, the `at`-th of its list, as another input of the graph. */
interface Direction {
  readonly id: string;
  readonly at: number;
  readonly tensor: Tensor;
  readonly host: HostTensor;
}

function direction(id: string, { shape }: TensorType, at: number): Direction {
  const host = hostTensor("float32", shape, normal(fold(key(1), id), sizeOf(shape)));
  return { id, at, tensor: input(id, "float32", shape), host };
}

function companions(tensors: readonly Tensor[], directions: readonly Direction[]): Companions {
  const of = new Map(directions.map(({ at, host }) => [at, new NdArray(host.shape, host.data as Float32Array)]));
  return tensors.map((_, at) => of.get(at));
}

const gradients = (outputs: readonly Tensor[], seeds: readonly Direction[], wrt: readonly Tensor[]): Tensor[] =>
  vjp(
    outputs,
    seeds.map(({ tensor }) => tensor),
    wrt,
  ).map((slope, i) => slope ?? zerosLike(wrt[i]!));

const plainly =
  (reference: Reference): Function =>
  (inputs) =>
    [reference(...inputs)].flat();

/** Several checks as one graph. */
export const merged = (checks: readonly Check[]): Check => ({
  outputs: Object.fromEntries(checks.flatMap(({ outputs }) => Object.entries(outputs))),
  feeds: Object.fromEntries(checks.flatMap(({ feeds }) => Object.entries(feeds))),
  expected: Object.fromEntries(checks.flatMap(({ expected }) => Object.entries(expected))),
});

/**
 * What is wrong with results: a line for each output that is not as expected.
 * @param slack how much further than usual from it they may be
 */
export function mismatches(
  expected: Check["expected"],
  results: Readonly<Record<string, HostTensor>>,
  slack = 1,
): string[] {
  return Object.entries(expected).flatMap(([name, { value, tolerance }]) => {
    const { shape, data } = value;
    const result = results[name];
    if (result === undefined) return [`${name} is missing`];
    if (!sameShape(result.shape, shape))
      return [`${name} has shape ${shapeText(result.shape)}, not ${shapeText(shape)}`];
    const values = Float64Array.from(result.data, Number);
    const limit = slack * tolerance * Math.max(1, largest(value));
    const wrong = values.findIndex((value, i) => !(Math.abs(value - data[i]!) <= limit || Object.is(value, data[i])));
    return wrong < 0 ? [] : [`${name} is ${values[wrong]} at ${wrong}, not ${data[wrong]}`];
  });
}
