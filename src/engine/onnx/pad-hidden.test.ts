import { expect, test } from "vitest";
import { platform } from "#platform";
import { hostTensor } from "../host-tensor.ts";
import { gelu } from "../ops/activation.ts";
import { add, mul, sigmoid } from "../ops/elementwise.ts";
import { input } from "../ops/leaf.ts";
import { affine } from "../ops/matmul.ts";
import { fold, key, normal } from "../random.ts";
import type { Tensor } from "../tensor.ts";
import { lower } from "./lower.ts";
import { encodeApart, type ModelProto } from "./model-proto.ts";
import { padHidden } from "./pad-hidden.ts";

const weight = (name: string, ...shape: number[]) =>
  hostTensor(
    "float32",
    shape,
    normal(
      fold(key(3), name),
      shape.reduce((size, extent) => size * extent, 1),
    ),
  );

/** A perceptron with `hidden` units on rows of 8 numbers; `outputs` says what is given out of it. */
function perceptron(
  hidden: number,
  activation: (x: Tensor) => Tensor = gelu,
  outputs: (y: Tensor, h: Tensor) => Record<string, Tensor> = (y) => ({ y }),
): ModelProto {
  const bind = {
    w1: weight("w1", hidden, 8),
    b1: weight("b1", hidden),
    w2: weight("w2", 8, hidden),
    b2: weight("b2", 8),
  };
  const of = (name: keyof typeof bind): Tensor => input(name, "float32", bind[name].shape);
  const h = affine(input("x", "float32", [3, 8]), of("w1"), of("b1"));
  return lower(outputs(affine(activation(h), of("w2"), of("b2")), h), { bind });
}

async function run(model: ModelProto): Promise<readonly number[]> {
  const { model: bytes, weights } = encodeApart(model);
  const session = await platform.createSession(bytes, { device: "cpu", optimize: "all", threads: 1, weights });
  const { y } = await session.run({ x: weight("x", 3, 8) });
  await session.dispose();
  return Array.from(y!.data, Number);
}

const pads = ({ nodes }: ModelProto): number => nodes.filter(({ type }) => type === "Pad").length;

test.each([
  ["gelu", gelu],
  ["x · sigmoid(x), two nodes", (x: Tensor) => mul(x, sigmoid(x))],
])("a hidden layer of 1024 is widened, and computes what it did: %s", async (_, activation) => {
  const model = perceptron(1024, activation);
  const padded = padHidden(model);
  expect(pads(padded)).toBe(3);
  const [found, expected] = [await run(padded), await run(model)];
  const largest = Math.max(...expected.map(Math.abs));
  for (const [i, value] of found.entries()) expect(Math.abs(value - expected[i]!)).toBeLessThan(1e-6 * largest);
});

test.each([
  ["rows do not collide", perceptron(1000)],
  ["the hidden layer is given out", perceptron(1024, gelu, (y, h) => ({ y, h }))],
  [
    "something else reads the hidden layer",
    perceptron(1024, gelu, (y, h) => ({ y, z: affine(h, input("w3", "float32", [2, 1024])) })),
  ],
  ["a constant has the layer's width", perceptron(1024, (x) => add(x, input("c", "float32", [1024])))],
])("nothing is changed where %s", (_, model) => {
  expect(padHidden(model).nodes).toEqual(model.nodes);
});
