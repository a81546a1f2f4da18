import { expect, test } from "vitest";
import { toOnnx } from "../engine/onnx/lower.ts";
import { convTranspose } from "../engine/ops/conv.ts";
import { input } from "../engine/ops/leaf.ts";
import { runInChild } from "./in-child.ts";
import { check, merged, mismatches } from "./ops/check.ts";
import { families } from "./ops/families.ts";
import { findWebgpu } from "./webgpu.ts";

const { environment, reason } = await findWebgpu();

/** What the software adapter, which has no 16-bit floats, or ONNX Runtime's WebGPU, which lacks a 3-D kernel, cannot do. */
const impossible = new Set(["cast.4", "conv.8", "conv.9", "convTranspose.5", "avgPool.4"]);

// float32 of a graphics processor is coarser: sine and cosine may be wrong by 5e-4, sums are in other orders.
const slack = 20;

test.skipIf(environment === undefined)(
  `every op on WebGPU: values and derivatives are the reference's${reason && `; skipped, as ${reason}`}`,
  { timeout: 300_000 }, // a software adapter on busy processors
  async () => {
    const all = process.env["FOVEA_FULL"] === "1";
    const checks = Object.values(families).flatMap((ops) =>
      Object.entries(ops).flatMap(([op, samples]) =>
        samples
          .slice(0, all ? samples.length : 1)
          .map((sample, i) => [`${op}.${i}`, sample] as const)
          .filter(([name]) => !impossible.has(name))
          .map(([name, sample]) => check(name, sample)),
      ),
    );
    const { outputs, feeds, expected } = merged(checks);
    const answer = await runInChild(outputs, feeds, { device: "webgpu", threads: 1, optimize: "none" }, environment);
    expect("results" in answer ? mismatches(expected, answer.results, slack) : answer).toEqual([]);
  },
);

test("a transposed convolution in three dimensions is refused when the graph is lowered for WebGPU", () => {
  const y = convTranspose(input("x", "float32", [1, 1, 2, 2, 2]), input("w", "float32", [1, 1, 2, 2, 2]));
  const lowered = (): Uint8Array => toOnnx({ y }, { device: "webgpu" });
  expect(lowered).toThrow(
    expect.objectContaining({
      code: "DEVICE_LACKS_OP",
      message: "convTranspose: WebGPU has no kernel for three axes in space\n  mend: run this graph on the CPU",
    }),
  );
});
