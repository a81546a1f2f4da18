import { describe, expect, test } from "vitest";
import { grad } from "../../engine/autodiff.ts";
import { inOrder } from "../../engine/onnx/lower.ts";
import { add, mul } from "../../engine/ops/elementwise.ts";
import { constant, input } from "../../engine/ops/leaf.ts";
import { matmul } from "../../engine/ops/matmul.ts";
import { fold, key, normal } from "../../engine/random.ts";
import type { Tensor } from "../../engine/tensor.ts";
import { hostTensor } from "../../engine/host-tensor.ts";
import { runInChild } from "../../testing/in-child.ts";
import { lossErrors, matrix, valueOf, type Rows } from "../../testing/loss.ts";
import { chunkedSigmoidLoss, sigmoidLoss } from "./sigmoid.ts";

const logSigmoid = (z: number): number => -Math.log(1 + Math.exp(-z));

test("sigmoid loss by hand", async () => {
  const logits = [
    [2, -1],
    [3, 0.5],
  ];
  const expected = -(logSigmoid(2) + logSigmoid(1) + logSigmoid(-3) + logSigmoid(0.5)) / 2;
  expect(await valueOf(sigmoidLoss(matrix(logits)))).toBeCloseTo(expected, 6);
});

test("the same of embeddings, by hand, in chunks of one row", async () => {
  const image = matrix([
    [1, 0],
    [0, 1],
  ]);
  const text = matrix([
    [0.6, 0.8],
    [0, 1],
  ]);
  // Similarities 0.6 0 and 0.8 1, times 5, less 2.
  const expected = -(logSigmoid(1) + logSigmoid(2) + logSigmoid(-2) + logSigmoid(3)) / 2;
  const loss = chunkedSigmoidLoss(image, text, constant(5), constant(-2), 1);
  expect(await valueOf(loss)).toBeCloseTo(expected, 6);
});

function plainSigmoid(image: Rows, text: Rows, scale: number, bias: number): number {
  const each = image.flatMap((a, i) =>
    text.map((b, j) => {
      const z = a.reduce((sum, value, k) => sum + value * b[k]!, 0) * scale + bias;
      return -logSigmoid(i === j ? z : -z);
    }),
  );
  return each.reduce((a, b) => a + b) / image.length;
}

describe.each([
  { chunk: 0, title: "whole" },
  { chunk: 1, title: "rows one by one" },
  { chunk: 2, title: "two rows, and the last alone" },
  { chunk: 9, title: "a chunk larger than the batch" },
])("$title", ({ chunk }) => {
  test("value and gradients equal the plain sum's, and finite differences", async () => {
    const loss = (image: Tensor, text: Tensor, scale: Tensor, bias: Tensor): Tensor =>
      chunk === 0
        ? sigmoidLoss(add(mul(matmul(image, text, { transB: true }), scale), bias))
        : chunkedSigmoidLoss(image, text, scale, bias, chunk);
    const errors = await lossErrors({
      shapes: [[5, 3], [5, 3], [1], [1]], // prettier-ignore
      loss: (image, text, scale, bias) => loss(image, text, scale, bias),
      reference: (image, text, scale, bias) => plainSigmoid(image, text, scale[0]![0]!, bias[0]![0]!),
    });
    expect(errors.value).toBeLessThan(1e-5);
    expect(errors.gradient).toBeLessThan(1e-5);
  });
});

test("the sum of a million terms keeps its digits", async () => {
  const batch = 1024;
  const logits = normal(key(4), batch * batch).map((value) => value - 4);
  const exact = logits.reduce((sum, z, at) => {
    const wrong = at % (batch + 1) === 0 ? -z : z;
    return sum + Math.log1p(Math.exp(wrong));
  }, 0);
  const loss = await valueOf(sigmoidLoss(constant(logits, [batch, batch])));
  expect(Math.abs((loss * batch) / exact - 1)).toBeLessThan(1e-6);
});

describe("memory", () => {
  const [batch, width] = [2048, 16];
  const operands = (["image", "text"] as const).map((name) => input(name, "float32", [batch, width]));
  const [image, text] = operands as [Tensor, Tensor];
  const [scale, bias] = [input("scale", "float32", []), input("bias", "float32", [])];
  const gradients = (loss: Tensor): Record<string, Tensor> => {
    const [dImage, dText, dScale, dBias] = grad(loss, [image, text, scale, bias]);
    return { loss, dImage: dImage!, dText: dText!, dScale: dScale!, dBias: dBias! };
  };
  const whole = gradients(sigmoidLoss(add(mul(matmul(image, text, { transB: true }), scale), bias)));
  const chunked = gradients(chunkedSigmoidLoss(image, text, scale, bias, 64));

  test("the largest tensor has a chunk's rows, not the batch's", () => {
    const largest = (outputs: Record<string, Tensor>): number =>
      Math.max(...inOrder(Object.values(outputs)).flatMap((node) => node.outputs.map(({ size }) => size)));
    expect(largest(whole)).toBe(batch * batch);
    expect(largest(chunked)).toBe(64 * batch);
  });

  // The whole matrix has 16 MB, of which several are alive at once; a chunk of it has half a megabyte.
  test("ONNX Runtime's peak falls with it, as chunks wait for each other", async () => {
    const noise = (name: string) =>
      hostTensor(
        "float32",
        [batch, width],
        normal(fold(key(3), name), batch * width).map((value) => value * 0.25),
      );
    const feeds = {
      image: noise("image"),
      text: noise("text"),
      scale: hostTensor("float32", [], [10]),
      bias: hostTensor("float32", [], [-10]),
    };
    const run = async (outputs: Record<string, Tensor>) => {
      const answer = await runInChild(outputs, feeds, { device: "cpu", threads: 1, optimize: "none" });
      if (!("peakBytes" in answer)) throw new Error(answer.message);
      return answer.peakBytes / 2 ** 20;
    };
    const [wholePeak, chunkedPeak] = [await run(whole), await run(chunked)];
    expect(wholePeak).toBeGreaterThan(45);
    expect(chunkedPeak).toBeLessThan(wholePeak / 4);
  });
});
