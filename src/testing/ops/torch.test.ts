import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { vjp } from "../../engine/autodiff.ts";
import { evaluate } from "../../engine/compile.ts";
import { hostTensor } from "../../engine/host-tensor.ts";
import { constant, input } from "../../engine/ops/leaf.ts";
import type { Tensor } from "../../engine/tensor.ts";
import { NdArray } from "../nd-array.ts";
import { mismatches, type Check } from "./check.ts";
import { calls } from "./torch.ts";

interface Numbers {
  readonly shape: readonly number[];
  readonly data: readonly number[];
}

interface Case {
  readonly inputs: readonly Numbers[];
  readonly outputs: readonly Numbers[];
  /** Weights of the outputs in the sum whose gradients are given; none for outputs without a gradient. */
  readonly seeds: readonly (Numbers | null)[];
  readonly gradients: readonly Numbers[];
}

const file = new URL("../../../fixtures/ops/torch.json", import.meta.url);
const cases = JSON.parse(readFileSync(file, "utf8")) as Record<string, Case>;

test("every case of the fixture is called", () => {
  expect(Object.keys(calls)).toEqual(Object.keys(cases));
});

test.each(Object.keys(calls))("%s: outputs and gradients equal PyTorch's", async (name) => {
  const { inputs, outputs, seeds, gradients } = cases[name]!;
  const xs = inputs.map(({ shape }, i) => input(`x${i}`, "float32", shape));
  const ys = [calls[name]!(...(xs as [Tensor, Tensor, Tensor, Tensor]))].flat();
  const weighted = ys.flatMap((y, i) => (seeds[i] ? [{ y, seed: constant(seeds[i].data, seeds[i].shape) }] : []));
  const slopes = vjp(
    weighted.map(({ y }) => y),
    weighted.map(({ seed }) => seed),
    xs,
  );
  const asked: Record<string, Tensor> = {};
  const expected: Record<string, Check["expected"][string]> = {};
  const expectOutput = (id: string, tensor: Tensor, { shape, data }: Numbers, tolerance: number): void => {
    asked[id] = tensor;
    expected[id] = { value: new NdArray(shape, data), tolerance };
  };
  for (const [i, y] of ys.entries()) expectOutput(`y${i}`, y, outputs[i]!, 1e-5);
  for (const [i, slope] of slopes.entries()) expectOutput(`dx${i}`, slope!, gradients[i]!, 5e-5);
  const feeds = Object.fromEntries(inputs.map(({ shape, data }, i) => [`x${i}`, hostTensor("float32", shape, data)]));
  expect(mismatches(expected, await evaluate(asked, feeds, { threads: 1 }))).toEqual([]);
});
