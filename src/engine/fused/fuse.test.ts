import { describe, expect, test } from "vitest";
import { evaluate } from "../compile.ts";
import { hostTensor } from "../host-tensor.ts";
import * as ops from "../ops/elementwise.ts";
import { constant, full, input } from "../ops/leaf.ts";
import { sum } from "../ops/broadcast.ts";
import { fold, key, normal } from "../random.ts";
import type { Tensor } from "../tensor.ts";
import { bind, fuse, isFusable } from "./fuse.ts";
import { allocate } from "./memory.ts";

const { abs, add, and, cast, div, equal, floor, greater, greaterEqual, less, maximum, minimum, mul, neg, not } = ops;
const { or, reciprocal, relu, round, sign, sqrt, stopGradient, straightThrough, sub, where } = ops;

const sizes = [0, 1, 3, 4, 7, 15, 16, 1000];
const gap = 3; // floats between streams, so that they are not aligned to vectors

/** Every stream of the kernel, filled with noise (some elements equal, some 0), and what the kernel makes of it. */
function run(graph: (n: number) => Record<string, Tensor>, n: number, scalars: Record<string, number>) {
  const kernel = fuse(graph(n));
  const memory = new WebAssembly.Memory({ initial: 2 });
  const streams = Object.fromEntries(
    kernel.streams.map((name, i) => {
      const view = new Float32Array(memory.buffer, 4 * i * (n + gap), n);
      view.set(normal(fold(key(1), name), n).map((x, at) => (at % 5 === 0 ? 0 : x)));
      return [name, view];
    }),
  );
  const before = Object.fromEntries(Object.entries(streams).map(([name, view]) => [name, view.slice()]));
  bind(kernel, memory)(streams, scalars);
  return { before, after: streams, memory };
}

const stream = (name: string, n: number) => input(name, "float32", [n]);
const scalar = (name: string) => input(name, "float32", []);

async function expectOnnx(graph: (n: number) => Record<string, Tensor>, scalars: Record<string, number> = {}) {
  for (const n of sizes) {
    const { before, after } = run(graph, n, scalars);
    const feeds = {
      ...Object.fromEntries(Object.entries(before).map(([name, data]) => [name, hostTensor("float32", [n], data)])),
      ...Object.fromEntries(Object.entries(scalars).map(([name, x]) => [name, hostTensor("float32", [], [x])])),
    };
    // In ONNX an input and an output cannot have one name.
    const renamed = Object.entries(graph(n)).map(([name, tensor]) => [`new ${name}`, tensor]);
    const expected = await evaluate(Object.fromEntries(renamed) as Record<string, Tensor>, feeds);
    for (const [name, { data }] of Object.entries(expected)) {
      const got = after[name.slice("new ".length)]!;
      for (let i = 0; i < n; i++) expect(got[i], `${name}[${i}] of ${n}`).toBeCloseTo(Number(data[i]), 5);
    }
  }
}

describe("a fused kernel equals ONNX Runtime on the same graph", () => {
  test("arithmetic and rounding", () =>
    expectOnnx((n) => {
      const [x, y] = [stream("x", n), stream("y", n)];
      return {
        sums: sub(add(x, y), neg(mul(x, 0.5))),
        quotient: div(x, add(abs(y), 1)),
        root: sqrt(abs(x)),
        inverse: reciprocal(add(mul(y, y), 0.25)),
        whole: add(floor(mul(x, 3)), round(mul(y, 3))),
        signs: sign(x),
        kept: relu(stopGradient(y)),
        filled: add(full(-1, [n]), constant(2.5)),
        through: straightThrough(round(x), x),
      };
    }));

  test("comparison and choice", () =>
    expectOnnx((n) => {
      const [x, y] = [stream("x", n), stream("y", n)];
      return {
        larger: maximum(x, y),
        smaller: minimum(x, y),
        chosen: where(greater(x, y), x, mul(y, 2)),
        counts: add(cast(greaterEqual(x, y), "float32"), cast(less(x, y), "float32")),
        logic: cast(or(and(equal(x, 0), not(equal(y, 0))), greater(x, 1)), "float32"),
      };
    }));

  test("scalars, and a stream updated in place beside one that is only written", () =>
    expectOnnx(
      (n) => {
        const [x, g, lr, decay] = [stream("x", n), stream("g", n), scalar("lr"), scalar("decay")];
        const shrunk = mul(x, sub(1, mul(lr, decay)));
        return { x: sub(shrunk, mul(lr, g)), old: x };
      },
      { lr: 0.1, decay: 0.3 },
    ));
});

test("elements beyond the streams are left alone", () => {
  const { memory, after } = run((n) => ({ x: add(stream("x", n), 1) }), 7, {});
  const { byteOffset } = after["x"]!;
  expect([...new Float32Array(memory.buffer, byteOffset + 28, 5)]).toEqual([0, 0, 0, 0, 0]);
});

test("constants keep their bits: infinities, NaN and negative zero", () => {
  const constants = { a: Infinity, b: -Infinity, c: NaN, d: -0, e: 0, f: 1e-45 };
  const graph = (n: number) => Object.fromEntries(Object.entries(constants).map(([k, v]) => [k, full(v, [n])]));
  const { after } = run(graph, 5, {});
  for (const [name, value] of Object.entries(constants))
    expect([...after[name]!]).toEqual(Array<number>(5).fill(Math.fround(value)));
});

test("a sum is taken in float64", () => {
  const x = stream("x", 1);
  const memory = new WebAssembly.Memory({ initial: 2 });
  const sumSquares = bind(fuse({}, mul(x, x)), memory);
  for (const n of sizes) {
    const data = new Float32Array(memory.buffer, 64, n).fill(3000);
    if (n > 0) data[n - 1] = 0.125;
    // 9e6 and 2^-6: float32 would drop the small term.
    expect(sumSquares({ x: data })).toBe(n === 0 ? 0 : (n - 1) * 9e6 + 2 ** -6);
  }
});

test("a stream of another length or memory, or a scalar without a value, is refused", () => {
  const memory = new WebAssembly.Memory({ initial: 1 });
  const [x, y] = [new Float32Array(memory.buffer, 0, 4), new Float32Array(memory.buffer, 64, 5)];
  const run = bind(fuse({ x: mul(add(stream("x", 1), stream("y", 1)), scalar("s")) }), memory);
  const refusal = "stream y is not an array of 4 floats in the kernel's memory";
  expect(() => run({ x, y }, { s: 1 })).toThrow(refusal);
  expect(() => run({ x, y: new Float32Array(4) }, { s: 1 })).toThrow(refusal);
  expect(() => run({ x, y: y.subarray(1) })).toThrow("scalar s has no value");
});

test("arrays beyond the first 2 GiB of a memory are reached", () => {
  const { memory, arrays } = allocate([[2 ** 29, 20]])[0]!; // untouched: takes no room
  const x = arrays[1]!.fill(2);
  expect(x.byteOffset).toBe(2 ** 31);
  bind(fuse({ x: mul(stream("x", 1), 3) }), memory)({ x });
  expect([...x]).toEqual(Array(20).fill(6));
});

test("each stream is loaded once and equal values are computed once", () => {
  const [x, g] = [stream("x", 4), stream("g", 4)];
  const once = fuse({ x: add(mul(x, g), mul(x, g)) }).code.length;
  const value = mul(x, g);
  expect(once).toBe(fuse({ x: add(value, value) }).code.length);
});

test("what is not elementwise, not float32 or not of one shape is refused", () => {
  const x = stream("x", 4);
  expect(isFusable({ y: mul(x, scalar("s")) })).toBe(true);
  expect(isFusable({ y: sum(x) })).toBe(false);
  expect(isFusable({ y: sub(x, sum(x)) })).toBe(false);
  expect(isFusable({ y: scalar("s") })).toBe(false);
  expect(isFusable({ y: mul(input("x", "float32", [2, 4]), input("row", "float32", [4])) })).toBe(false);
  expect(isFusable({ y: cast(input("x", "int32", [4]), "float32") })).toBe(false);
  expect(isFusable({ y: where(cast(x, "bool"), x, 0) })).toBe(false);
  expect(isFusable({ y: greater(x, 0) })).toBe(false);
  expect(isFusable({ y: where(equal(greater(x, 0), less(x, 1)), x, 0) })).toBe(false);
  expect(isFusable({ y: where(input("mask", "bool", [4]), x, 0) })).toBe(false);
  expect(() => fuse({ y: sub(x, sum(x)) })).toThrow(
    "fuse: sum gives float32[], among streams of shape [4]\n  mend: use elementwise ops on float32 scalars and streams of one shape, or compile the graph to ONNX",
  );
});
