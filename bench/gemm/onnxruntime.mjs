// The rate of ONNX Runtime's float32 matrix product, in GFLOP/s, for the sizes on the command line (rows x inner x
// columns). Both factors are inputs of the graph, as weights are in training: nothing is packed ahead.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { InferenceSession, Tensor } from "onnxruntime-node";
import { matmulFlops } from "../clip-step/flops.mjs";
import { threads } from "../harness/contender.mjs";
import { serve } from "../harness/serve.mjs";
import { productGraph } from "./product-graph.mjs";

/** How many products one timed run does: about 20 GFLOP, so that the call's own cost vanishes. */
const repeatsFor = (/** @type {number} */ flops) => Math.max(2, Math.round(20e9 / flops));

/** @param {string} size */
async function product(size) {
  const [rows, inner, columns] = /** @type {[number, number, number]} */ (size.split("x").map(Number));
  const flops = matmulFlops(rows, inner, columns);
  const repeats = repeatsFor(flops);
  const session = await InferenceSession.create(productGraph(rows, inner, columns, repeats), {
    intraOpNumThreads: threads,
    graphOptimizationLevel: "disabled", // or the equal products would be computed once
  });
  const feeds = { a: ones(rows, inner), b: ones(inner, columns), row: new Tensor("int64", new BigInt64Array(1), [1]) };
  return async () => {
    const start = performance.now();
    await session.run(feeds);
    return (repeats * flops) / (performance.now() - start) / 1e6;
  };
}

const ones = (/** @type {number} */ rows, /** @type {number} */ columns) =>
  new Tensor("float32", new Float32Array(rows * columns).fill(1), [rows, columns]);

await serve(async () => {
  /** @type {[string, () => Promise<number>][]} */
  const products = [];
  for (const size of process.argv.slice(2)) products.push([size, await product(size)]);
  const { version } = JSON.parse(
    readFileSync(createRequire(import.meta.url).resolve("onnxruntime-node/package.json"), "utf8"),
  );
  return {
    name: `ONNX Runtime ${version}, matrix product`,
    notes: ["float32"],
    unit: async () => {
      /** @type {Record<string, number>} */
      const rates = {};
      for (const [size, rate] of products) rates[size] = await rate();
      return { rates };
    },
  };
});
