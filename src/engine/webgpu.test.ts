import { existsSync } from "node:fs";
import { expect, test } from "vitest";
import { runInChild } from "../testing/in-child.ts";
import { check, merged, mismatches } from "../testing/ops/check.ts";
import { families } from "../testing/ops/families.ts";
import type { Answer } from "../testing/session-child.ts";
import { hostTensor } from "./host-tensor.ts";
import { toOnnx } from "./onnx/lower.ts";
import { convTranspose } from "./ops/conv.ts";
import { add } from "./ops/elementwise.ts";
import { input } from "./ops/leaf.ts";

type Environment = Readonly<Record<string, string>>;
const webgpu = { device: "webgpu", optimize: "none" } as const;

/** The environments in which there may be an adapter: this machine's own, or the software one that Chromium ships. */
const chromium = "/usr/lib/chromium";
const software = { LD_LIBRARY_PATH: chromium, VK_ICD_FILENAMES: `${chromium}/vk_swiftshader_icd.json` };
const candidates: readonly Environment[] = [{}, ...(existsSync(software.VK_ICD_FILENAMES) ? [software] : [])];

async function findAdapter(): Promise<{ environment?: Environment; reason: string }> {
  const reasons: string[] = [];
  for (const environment of candidates) {
    const x = input("x", "float32", [2]);
    const answer = await runInChild({ y: add(x, 1) }, { x: hostTensor("float32", [2], [1, 2]) }, webgpu, environment);
    if ("results" in answer) return { environment, reason: "" };
    reasons.push(answer.message.split("\n")[0]!);
  }
  return { reason: `skipped, as there is no adapter: ${reasons.join("; ")}` };
}

const { environment, reason } = await findAdapter();

/** What the software adapter, which has no 16-bit floats, or ONNX Runtime's WebGPU, which lacks a 3-D kernel, cannot do. */
const impossible = new Set(["cast.4", "conv.8", "conv.9", "convTranspose.5", "avgPool.4"]);

// float32 of a graphics processor is coarser: sine and cosine may be wrong by 5e-4, sums are in other orders.
const slack = 20;

test.skipIf(environment === undefined)(
  `every op on WebGPU: values and derivatives are the reference's ${reason}`,
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
    const answer: Answer = await runInChild(outputs, feeds, webgpu, environment);
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
