import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { isFusable } from "../../engine/fused/fuse.ts";
import { readSafetensors } from "../../io/safetensors.ts";
import type { HostTensor } from "../../platform/session.ts";
import { adafactor, adafactorTorch } from "./adafactor.ts";
import { adagrad } from "./adagrad.ts";
import { adam, adamW } from "./adam.ts";
import { lion } from "./lion.ts";
import { muon } from "./muon.ts";
import { updateGraph, type Optimizer } from "./optimizer.ts";
import { rmsprop } from "./rmsprop.ts";
import { sgd } from "./sgd.ts";
import { createUpdater, type Updater, type UpdaterOptions } from "./updater.ts";

// 20 steps of given gradients by PyTorch, transformers, lion-pytorch and Muon (meta.json says which versions).
const file = new URL("../../../fixtures/golden/optimizers/tensors.safetensors", import.meta.url);
const { tensors: golden } = readSafetensors(readFileSync(file));

function floats(name: string): Float32Array {
  const data = golden.get(name)?.data;
  if (!(data instanceof Float32Array)) throw new TypeError(`${name} is not in the fixture`);
  return data;
}

/** The values of `name` at a step, where all steps are stored in one tensor. */
function atStep(name: string, step: number, size: number): Float32Array {
  return floats(name).subarray(step * size, (step + 1) * size);
}

function initial(names: readonly string[]): Map<string, HostTensor<"float32">> {
  return new Map(
    names.map((name) => [
      name,
      { dtype: "float32", shape: golden.get(`init.${name}`)!.shape, data: floats(`init.${name}`) },
    ]),
  );
}

function giveGradients(updater: Updater, step: number): void {
  for (const [name, { data }] of Object.entries(updater.gradients))
    data.set(atStep(`grads.${name}`, step, data.length));
}

function expectNear(got: Float32Array, want: Float32Array, tolerance: number, what: string): void {
  expect(got.length).toBe(want.length);
  const scale = want.reduce((largest, value) => Math.max(largest, Math.abs(value)), 0);
  for (const [i, value] of want.entries())
    expect(Math.abs(got[i]! - value) / scale, `${what}[${i}]: ${got[i]} for ${value}`).toBeLessThan(tolerance);
}

async function expectTrajectory(
  name: string,
  optimizer: Optimizer,
  { lr, weightDecay = 0, parameters = ["w1", "w2", "b", "s"], tolerance = 1e-5 }: Trajectory,
): Promise<void> {
  const updater = await createUpdater(initial(parameters), optimizer, { groups: () => ({ weightDecay }) });
  for (let step = 0; step < 20; step++) {
    giveGradients(updater, step);
    await updater.step({ step, lr });
    for (const [parameter, { data }] of Object.entries(updater.parameters))
      expectNear(data, atStep(`${name}.${parameter}`, step, data.length), tolerance, `${parameter} after step ${step}`);
  }
  await updater.dispose();
}

interface Trajectory {
  readonly lr: number;
  readonly weightDecay?: number;
  readonly parameters?: readonly string[];
  readonly tolerance?: number;
}

const elementwise: readonly [name: string, optimizer: Optimizer, settings: Trajectory][] = [
  ["adamw", adamW({ betas: [0.9, 0.98], eps: 1e-6 }), { lr: 0.01, weightDecay: 0.2 }],
  ["adamw_default", adamW(), { lr: 0.003, weightDecay: 0.01 }],
  ["adamw_amsgrad", adamW({ amsgrad: true }), { lr: 0.01, weightDecay: 0.01 }],
  ["adam_l2", adam(), { lr: 0.01, weightDecay: 0.1 }],
  ["sgd", sgd(), { lr: 0.05 }],
  ["sgd_momentum", sgd({ momentum: 0.9 }), { lr: 0.05, weightDecay: 0.01 }],
  ["sgd_nesterov", sgd({ momentum: 0.9, nesterov: true }), { lr: 0.05, weightDecay: 0.01 }],
  ["sgd_dampening", sgd({ momentum: 0.9, dampening: 0.5 }), { lr: 0.05 }],
  ["lion", lion(), { lr: 0.01, weightDecay: 0.1 }],
  ["adagrad", adagrad(), { lr: 0.05 }],
  ["rmsprop", rmsprop({ momentum: 0.9, centered: true }), { lr: 0.01 }],
];

test.each(elementwise)("%s follows the reference, in one fused pass", async (name, optimizer, settings) => {
  expect(isFusable(updateGraph(optimizer, [6, 4], { ema: true, max: 1 }))).toBe(true);
  await expectTrajectory(name, optimizer, settings);
});

const matrices = ["w1", "w2"];
const throughOnnx: readonly [name: string, optimizer: Optimizer, settings: Trajectory][] = [
  ["adafactor_hf_relative", adafactor({ warmupInit: true }), { lr: 0 }],
  [
    "adafactor_hf_fixed",
    adafactor({ beta1: 0.9, scaleParameter: false, relativeStep: false }),
    { lr: 0.01, weightDecay: 0.1 },
  ],
  ["adafactor_torch", adafactorTorch(), { lr: 0.02, weightDecay: 0.1 }],
  ["muon_kj_f32", muon(), { lr: 0.02, weightDecay: 0.1, parameters: matrices }],
  // These two iterate in bfloat16, whose numbers are 0.4 % apart; we stay in float32.
  ["muon_kj_bf16", muon(), { lr: 0.02, weightDecay: 0.1, parameters: matrices, tolerance: 0.005 }],
  ["torch_muon", muon(), { lr: 0.02, weightDecay: 0.1, parameters: matrices, tolerance: 0.005 }],
];

test.each(throughOnnx)("%s follows the reference, through ONNX", async (name, optimizer, settings) => {
  await expectTrajectory(name, optimizer, settings);
});

test("the golden file holds no optimizer that is not tried", () => {
  const others = new Set(["init", "grads", "clip_grad_norm"]);
  const stored = new Set([...golden.keys()].map((name) => name.slice(0, name.lastIndexOf("."))));
  const tried = [...elementwise, ...throughOnnx].map(([name]) => name);
  expect([...stored].filter((name) => !others.has(name) && !name.startsWith("ema")).sort()).toEqual(tried.sort());
});

test("clipping scales all gradients as clip_grad_norm_ does", async () => {
  // SGD of rate 1 from 0 shows the gradients that arrive, negated.
  const zero = new Map(
    [...initial(["w1", "w2", "b", "s"])].map(([name, { shape, data }]) => [
      name,
      { dtype: "float32", shape, data: new Float32Array(data.length) } as const,
    ]),
  );
  const updater = await createUpdater(zero, sgd(), { maxGradNorm: 1 });
  giveGradients(updater, 3); // those that the fixture clipped, to a norm of 1
  const { gradNorm } = await updater.step({ step: 0, lr: 1 });
  expectNear(Float32Array.of(gradNorm), floats("clip_grad_norm.total_norm"), 1e-6, "norm");
  for (const [name, { data }] of Object.entries(updater.parameters))
    expectNear(
      data.map((value) => -value),
      floats(`clip_grad_norm.${name}`),
      1e-6,
      name,
    );
});

test("the moving average follows the reference", async () => {
  const options: UpdaterOptions = { groups: () => ({ weightDecay: 0.2 }), ema: { decay: 0.9 } };
  const updater = await createUpdater(initial(["w1"]), adamW({ betas: [0.9, 0.98], eps: 1e-6 }), options);
  for (let step = 0; step < 20; step++) {
    giveGradients(updater, step);
    await updater.step({ step, lr: 0.01 });
    expectNear(updater.ema!["w1"]!.data, atStep("ema0.9.adamw.w1", step, 24), 1e-6, `step ${step}`);
  }
});
