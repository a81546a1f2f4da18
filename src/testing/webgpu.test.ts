import { expect, test } from "vitest";
import { toOnnx } from "../engine/onnx/lower.ts";
import { platform } from "../platform/node.ts";
import { runInChild } from "./in-child.ts";
import { check, merged, mismatches } from "./ops/check.ts";
import { families } from "./ops/families.ts";
import { findWebgpu } from "./webgpu.ts";

const { environment, reason } = await findWebgpu();

/** The software adapter has no 16-bit floats. */
const impossible = new Set(["cast.4", "scatterAdd.4", "hostConstant.1"]);

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

// What WebGPU lacks is made of other ops: that these are right can be seen on the CPU too.
test("convolutions as they are lowered for WebGPU, run on the CPU", async () => {
  const samples = Object.entries({ ...families["conv"], ...families["pool"] });
  const checks = samples.flatMap(([op, cases]) => cases.map((sample, i) => check(`${op}.${i}`, sample)));
  const { outputs, feeds, expected } = merged(checks);
  const options = { device: "cpu", optimize: "none", threads: 1 } as const;
  const session = await platform.createSession(toOnnx(outputs, { device: "webgpu" }), options);
  expect(mismatches(expected, await session.run(feeds))).toEqual([]);
  await session.dispose();
});
