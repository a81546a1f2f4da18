import { InferenceSession, Tensor } from "onnxruntime-node";
import { expect, test } from "vitest";
import { productGraph } from "./product-graph.mjs";

test("ONNX Runtime computes the product and returns the row asked for", async () => {
  const session = await InferenceSession.create(productGraph(2, 3, 200, 2));
  const a = new Tensor("float32", Float32Array.of(1, 2, 3, 4, 5, 6), [2, 3]);
  const b = new Tensor("float32", new Float32Array(600).fill(1), [3, 200]);
  const outputs = await session.run({ a, b, row: new Tensor("int64", BigInt64Array.of(1n), [1]) });
  expect(Object.keys(outputs)).toEqual(["row0", "row1"]);
  for (const { data, dims } of Object.values(outputs)) {
    expect(dims).toEqual([1, 200]);
    expect(data).toEqual(new Float32Array(200).fill(15)); // 4 + 5 + 6
  }
  await session.release();
});
