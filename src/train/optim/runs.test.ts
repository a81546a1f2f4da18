import { expect, test } from "vitest";
import { hostTensor } from "../../engine/host-tensor.ts";
import { adagrad } from "./adagrad.ts";
import { adamW } from "./adam.ts";
import { decayMatrices } from "./groups.ts";
import { muon } from "./muon.ts";
import { planRuns, viewOf } from "./runs.ts";

const parameters = new Map([
  ["linear.weight", hostTensor("float32", [2, 3], [1, 2, 3, 4, 5, 6])],
  ["linear.bias", hostTensor("float32", [2], [7, 8])],
  ["other.weight", hostTensor("float32", [17, 1])],
  ["scale", hostTensor("float32", [], [9])],
]);
const plain = { groups: decayMatrices(0.1), ema: false, accumulate: false };

test("parameters of one kernel and group share a run, each on cache lines of its own", () => {
  const runs = planRuns(parameters, adamW(), plain);
  expect(runs.map(({ members }) => members.map(({ name, start }) => [name, start]))).toEqual([
    [
      ["linear.weight", 0],
      ["other.weight", 16],
    ],
    [
      ["linear.bias", 0],
      ["scale", 16],
    ],
  ]);
  expect(runs.map(({ group }) => group.weightDecay)).toEqual([0.1, undefined]);
  const scale = viewOf(runs[1]!, runs[1]!.members[1]!, "param");
  expect(scale.shape).toEqual([]);
  expect([...scale.data]).toEqual([9]);
  expect(scale.data.byteOffset % 64).toBe(0);
});

test("arrays begin with the given values, slots with their fill", () => {
  const [run] = planRuns(parameters, adagrad({ initialSum: 0.5 }), { ...plain, ema: true, accumulate: true });
  const [weight] = run!.members;
  const values = (array: string): number[] => [...viewOf(run!, weight!, array).data];
  expect(Object.keys(run!.arrays).sort()).toEqual(["accumulated", "ema", "grad", "param", "sum"]);
  expect(values("param")).toEqual([1, 2, 3, 4, 5, 6]);
  expect(values("ema")).toEqual([1, 2, 3, 4, 5, 6]);
  expect(values("sum")).toEqual(Array(6).fill(0.5));
  expect(values("grad")).toEqual(Array(6).fill(0));
});

test("a run that would be too large is split", () => {
  // AdamW keeps four arrays: one line for linear.weight, two for other.weight.
  const runs = planRuns(parameters, adamW(), { ...plain, maxRunBytes: 4 * 2 * 64 });
  const names = runs.map(({ members }) => members.map(({ name }) => name));
  expect(names).toEqual([["linear.weight"], ["linear.bias", "scale"], ["other.weight"]]);
});

test("what is not elementwise runs alone; a group can have an optimizer of its own", () => {
  const own = adamW();
  const runs = planRuns(parameters, muon(), {
    ...plain,
    groups: (_name, shape) => (shape.length < 2 ? { optimizer: own } : {}),
  });
  expect(runs.map(({ optimizer, members }) => [optimizer.name, members.map(({ name }) => name)])).toEqual([
    ["muon", ["linear.weight"]],
    ["adamw", ["linear.bias", "scale"]],
    ["muon", ["other.weight"]],
  ]);
});
