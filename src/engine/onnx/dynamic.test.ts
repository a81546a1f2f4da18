import { describe, expect, test } from "vitest";
import { platform } from "#platform";
import type { HostTensor } from "../../platform/session.ts";
import { hostTensor } from "../host-tensor.ts";
import { expand, sumTo } from "../ops/broadcast.ts";
import { add, div, mul } from "../ops/elementwise.ts";
import { iota } from "../ops/gather.ts";
import { reshape, slice, transpose } from "../ops/layout.ts";
import { constant, input } from "../ops/leaf.ts";
import { matmul } from "../ops/matmul.ts";
import type { Tensor } from "../tensor.ts";
import { anyExtent, dynamicModel } from "./dynamic.ts";
import { encodeModel, type ModelProto } from "./model-proto.ts";

async function run(model: ModelProto, feeds: Readonly<Record<string, HostTensor>>) {
  const session = await platform.createSession(encodeModel(model), { device: "cpu", optimize: "none" });
  try {
    return await session.run(feeds);
  } finally {
    await session.dispose();
  }
}

const counting = (shape: readonly number[]): HostTensor<"float32"> => {
  const size = shape.reduce((product, extent) => product * extent, 1);
  return hostTensor("float32", shape, [...Array(size).keys()]);
};

describe("shapes that follow from the batch", () => {
  const model = dynamicModel(
    ({ batch }) => {
      const x = input("x", "float32", [batch, 2, 3]);
      return { rows: reshape(x, [batch * 2, 3]), ones: expand(constant([1], [1, 1]), [batch, 4]) };
    },
    { batch: anyExtent },
  );

  test("are computed when the graph runs", async () => {
    for (const batch of [1, 5]) {
      const { rows, ones } = await run(model, { x: counting([batch, 2, 3]) });
      expect(rows).toMatchObject({ shape: [batch * 2, 3], data: counting([batch * 2, 3]).data });
      expect(ones).toMatchObject({ shape: [batch, 4], data: new Float32Array(batch * 4).fill(1) });
    }
  });

  test("are called after the axes that they depend on", () => {
    expect(model.inputs.map(({ shape }) => shape)).toEqual([["batch", 2, 3]]);
    expect(model.outputs.map(({ name, shape }) => [name, shape])).toEqual([
      ["rows", ["2*batch", 3]],
      ["ones", ["batch", 4]],
    ]);
  });

  test("need no node where a reshape can infer the extent", () => {
    const flat = dynamicModel(({ batch }) => ({ y: reshape(input("x", "float32", [batch, 2, 3]), [batch, 6]) }), {
      batch: anyExtent,
    });
    expect(flat.nodes.map(({ type }) => type)).toEqual(["Reshape"]);
    expect([...flat.initializers.values()].map(({ data }) => data)).toEqual([BigInt64Array.of(-1n, 6n)]);
  });
});

test("two axes at once: heads split and joined, a mask and positions of the present length", async () => {
  const mask = constant([1, 0, 0, 0, 1, 1, 0, 0, 1, 1, 1, 0, 1, 1, 1, 1], [4, 4]);
  const positions = hostTensor("float32", [4, 2], [0, 1, 10, 11, 20, 21, 30, 31]);
  const model = dynamicModel(
    ({ batch, length }) => {
      const x = input("x", "float32", [batch, length, 2]);
      const present = slice(mask, [
        [0, length],
        [0, length],
      ]);
      const rows = reshape(add(x, slice(input("p.positions", "float32", [4, 2]), [[0, length]])), [batch * length, 2]);
      const heads = transpose(reshape(rows, [batch, length, 2, 1]), [0, 2, 1, 3]); // [batch, 2, length, 1]
      return { y: mul(matmul(present, heads), 1) }; //                                  running sums over the length
    },
    { batch: anyExtent, length: [3, 2] },
    { bind: { "p.positions": positions } },
  );
  expect(model.inputs).toEqual([{ name: "x", dtype: "float32", shape: ["batch", "length", 2] }]);
  expect(model.outputs[0]?.shape).toEqual(["batch", 2, "length", 1]);
  const { y } = await run(model, { x: counting([2, 3, 2]) });
  // x + positions: [[0,2], [12,14], [24,26]] and [[6,8], [18,20], [30,32]]
  expect(y!.shape).toEqual([2, 2, 3, 1]);
  expect(Array.from(y!.data, Number)).toEqual([0, 12, 36, 2, 16, 42, 6, 24, 54, 8, 28, 60]);
  const single = await run(model, { x: counting([1, 1, 2]) });
  expect(Array.from(single["y"]!.data, Number)).toEqual([0, 2]);
});

describe("what does not follow from the extents", () => {
  const failing = (trace: (batch: number) => Tensor) => () =>
    dynamicModel(({ batch }) => ({ y: trace(batch) }), { batch: anyExtent });
  const x = (batch: number): Tensor => input("x", "float32", [batch, 3]);
  const notDynamic = { code: "AXIS_NOT_DYNAMIC" };

  test("a number computed from the batch", () => {
    const mean = failing((batch) =>
      div(sumTo(matmul(x(batch), input("head.weight", "float32", [3, 1])), [1, 1]), batch),
    );
    expect(mean).toThrow(expect.objectContaining(notDynamic));
    expect(mean).toThrow(
      /^node \d, after head\.weight: Div: its constant operand 1 depends on the extent of batch in a way .*\n {2}mend: write it/,
    );
  });

  test("a constant as long as the batch, which may be longer", () => {
    expect(failing((batch) => mul(x(batch), constant(new Float32Array(batch), [batch, 1])))).toThrow(
      expect.objectContaining(notDynamic),
    );
    expect(failing((batch) => reshape(iota(batch), [1, batch]))).toThrow(expect.objectContaining(notDynamic));
  });

  test("another graph", () => {
    expect(failing((batch) => (batch > 90 ? add(x(batch), 1) : x(batch)))).toThrow(
      /^node 0: Add: it or its operands depends? on the extent of batch/,
    );
  });

  test("an axis that no input has", () => {
    const trace = ({ length }: { length: number }) => ({ y: expand(input("x", "float32", [1]), [length]) });
    expect(() => dynamicModel(trace, { length: anyExtent })).toThrow(
      expect.objectContaining({ code: "AXIS_WITHOUT_INPUT" }),
    );
  });
});
