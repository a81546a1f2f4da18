import { describe, expect, test } from "vitest";
import { grad } from "../../engine/autodiff.ts";
import { compile } from "../../engine/compile.ts";
import { hostTensor } from "../../engine/host-tensor.ts";
import { mul, sub } from "../../engine/ops/elementwise.ts";
import { input } from "../../engine/ops/leaf.ts";
import { affine } from "../../engine/ops/matmul.ts";
import { mean } from "../../engine/ops/reduce.ts";
import { fold, key, normal } from "../../engine/random.ts";
import { FoveaError } from "../../platform/error.ts";
import { adafactor } from "./adafactor.ts";
import { adamW } from "./adam.ts";
import { muon } from "./muon.ts";
import { sgd } from "./sgd.ts";
import { createUpdater, type Updater, type UpdaterOptions } from "./updater.ts";

const noise = (name: string, shape: readonly number[]) =>
  hostTensor(
    "float32",
    shape,
    normal(
      fold(key(0), name),
      shape.reduce((n, extent) => n * extent, 1),
    ),
  );

const parameters = () =>
  new Map([
    ["w", noise("w", [5, 7])],
    ["v", noise("v", [3, 4])],
    ["b", noise("b", [5])],
    ["scale", noise("scale", [])],
  ]);

function giveGradients(updater: Updater, step: number): void {
  for (const [name, { data }] of Object.entries(updater.gradients))
    data.set(normal(fold(key(1), name, step), data.length));
}

const values = (tensors: Updater["parameters"]): Record<string, number[]> =>
  Object.fromEntries(Object.entries(tensors).map(([name, { data }]) => [name, [...data]]));

const single = (updater: Updater): number => updater.parameters["x"]!.data[0]!;

/** An updater of one parameter, 1, by plain gradient descent. */
const descent = (options?: UpdaterOptions): Promise<Updater> =>
  createUpdater(new Map([["x", hostTensor("float32", [1], [1])]]), sgd(), options);

test("ONNX Runtime reads the parameters and writes the gradients in place: a regression converges", async () => {
  const [x, w, b] = [input("x", "float32", [64, 3]), input("w", "float32", [2, 3]), input("b", "float32", [2])];
  const target = affine(x, input("w*", "float32", [2, 3]), input("b*", "float32", [2]));
  const error = sub(affine(x, w, b), target);
  const loss = mean(mul(error, error));
  const [dw, db] = grad(loss, [w, b]);
  const training = await compile({ loss, "d w": dw!, "d b": db! });
  const updater = await createUpdater(
    new Map([
      ["w", hostTensor("float32", [2, 3])],
      ["b", hostTensor("float32", [2])],
    ]),
    adamW(),
  );
  const into = { "d w": updater.gradients["w"]!, "d b": updater.gradients["b"]!, loss: hostTensor("float32", []) };
  const truth = { "w*": noise("w*", [2, 3]), "b*": noise("b*", [2]) };
  for (let step = 0; step < 300; step++) {
    await training.run({ x: noise(`x${step}`, [64, 3]), ...truth, ...updater.parameters }, into);
    await updater.step({ step, lr: 0.03 });
  }
  await training.dispose();
  expect(into.loss.data[0]).toBeLessThan(1e-5);
  for (const [i, value] of truth["w*"].data.entries()) expect(updater.parameters["w"]!.data[i]).toBeCloseTo(value, 2);
});

describe("resuming is exact", () => {
  const groups = (_name: string, shape: readonly number[]) =>
    shape.length < 2 ? { optimizer: adam } : { weightDecay: 0.1, lrScale: 2 };
  const adam = adamW();

  test.each([
    ["AdamW", adamW({ amsgrad: true }), undefined],
    ["Adafactor", adafactor({ beta1: 0.9 }), undefined],
    ["Muon with AdamW", muon(), groups],
  ])("%s", async (_, optimizer, grouping) => {
    const options: UpdaterOptions = {
      ema: { decay: 0.99, warmup: true },
      maxGradNorm: 3,
      ...(grouping === undefined ? {} : { groups: grouping }),
    };
    const run = async (updater: Updater, from: number, to: number): Promise<void> => {
      for (let step = from; step < to; step++) {
        giveGradients(updater, step);
        await updater.step({ step, lr: 0.01 });
      }
    };
    const whole = await createUpdater(parameters(), optimizer, options);
    await run(whole, 0, 3);
    const copy = <T extends { data: Float32Array }>(tensor: T): T => ({ ...tensor, data: tensor.data.slice() });
    const saved = new Map(Object.entries(whole.parameters).map(([name, tensor]) => [name, copy(tensor)]));
    const state = new Map([...whole.state()].map(([name, tensor]) => [name, copy(tensor)]));
    await run(whole, 3, 6);

    const resumed = await createUpdater(saved, optimizer, options);
    resumed.load(state);
    await run(resumed, 3, 6);
    expect(values(resumed.parameters)).toEqual(values(whole.parameters));
    expect(values(resumed.ema!)).toEqual(values(whole.ema!));
    await whole.dispose();
    await resumed.dispose();
  });
});

test("state names slots as optimizer.<slot>.<parameter> and averages as ema.<parameter>", async () => {
  const updater = await createUpdater(parameters(), adafactor(), { ema: { decay: 0.9 } });
  const shapes = [...updater.state()].map(([name, { shape }]) => [name, shape]);
  expect(Object.fromEntries(shapes)).toEqual({
    "optimizer.exp_avg_sq_row.w": [5],
    "optimizer.exp_avg_sq_col.w": [7],
    "optimizer.exp_avg_sq_row.v": [3],
    "optimizer.exp_avg_sq_col.v": [4],
    "optimizer.exp_avg_sq.b": [5],
    "optimizer.exp_avg_sq.scale": [1],
    "ema.w": [5, 7],
    "ema.v": [3, 4],
    "ema.b": [5],
    "ema.scale": [],
  });
  await updater.dispose();
});

test("state that does not fit is refused, and nothing of it is taken", async () => {
  const momentum = (): Promise<Updater> =>
    createUpdater(new Map([["x", hostTensor("float32", [2], [1, 2])]]), sgd({ momentum: 0.9 }));
  const updater = await momentum();
  const name = "optimizer.momentum_buffer.x";
  const mend = "\n  mend: resume with the optimizer and settings that the run began with";
  const refusal = (state: Parameters<Updater["load"]>[0]): unknown => {
    try {
      return updater.load(state);
    } catch (error) {
      return error;
    }
  };
  const expectRefusal = (state: Parameters<Updater["load"]>[0], text: string): void => {
    const error = refusal(state);
    expect(error).toBeInstanceOf(FoveaError);
    expect(error).toMatchObject({ code: "OPTIMIZER_STATE", message: text + mend });
  };
  expectRefusal(new Map(), `${name}: the checkpoint does not have it`);
  expectRefusal(
    new Map([[name, hostTensor("float32", [3])]]),
    `${name}: the checkpoint has float32[3], but this run keeps float32[2]`,
  );
  expectRefusal(
    new Map([
      [name, hostTensor("float32", [2], [5, 5])],
      ["optimizer.exp_avg.x", hostTensor("float32", [2])],
    ]),
    "optimizer.exp_avg.x: this run does not keep it",
  );
  expect([...updater.state().get(name)!.data]).toEqual([0, 0]);
});

test("accumulated gradients are added, and the next step begins anew", async () => {
  const updater = await descent({ accumulate: true });
  const give = (value: number): void => void (updater.gradients["x"]!.data[0] = value);
  for (const value of [1, 2, 5]) {
    give(value);
    updater.accumulate();
  }
  expect(await updater.step({ step: 0, lr: 0.25, gradScale: 0.5 })).toEqual({ gradNorm: 4 });
  expect(single(updater)).toBe(0); // 1 - 0.25 * (1 + 2 + 5) / 2
  give(3);
  await updater.step({ step: 1, lr: 1 });
  expect(single(updater)).toBe(-3);
  give(1);
  updater.accumulate();
  await updater.step({ step: 2, lr: 1 });
  expect(single(updater)).toBe(-4);
  const without = await descent();
  expect(() => without.accumulate()).toThrow("create the updater with accumulate: true");
});

test("groups scale the rate and set the weight decay", async () => {
  const updater = await descent({ groups: () => ({ lrScale: 0.5, weightDecay: 0.25 }) });
  updater.gradients["x"]!.data[0] = 0.75;
  await updater.step({ step: 0, lr: 1 });
  expect(single(updater)).toBe(0.5); // 1 - 0.5 * (0.75 + 0.25 * 1)
});

test("a group limits its parameters before they enter the moving average", async () => {
  const updater = await descent({ groups: () => ({ max: 1.5 }), ema: { decay: 0.5 } });
  updater.gradients["x"]!.data[0] = -4;
  await updater.step({ step: 0, lr: 1 });
  expect(single(updater)).toBe(1.5); // instead of 5
  expect(updater.ema!["x"]!.data[0]).toBe(1.25);
});

test("the moving average warms up: min(decay, (1 + step) / (10 + step))", async () => {
  const updater = await descent({ ema: { decay: 0.15, warmup: true } });
  updater.gradients["x"]!.data[0] = 1;
  await updater.step({ step: 0, lr: 1 }); // 1 -> 0, keeps 1/10
  expect(updater.ema!["x"]!.data[0]).toBeCloseTo(0.1, 6);
  await updater.step({ step: 1, lr: 1 }); // 0 -> -1, keeps 0.15 < 2/11
  expect(updater.ema!["x"]!.data[0]).toBeCloseTo(0.15 * 0.1 - 0.85, 6);
});

test.each([NaN, Infinity])("a gradient of %d changes nothing", async (bad) => {
  const updater = await createUpdater(parameters(), adamW(), { ema: { decay: 0.9 } });
  giveGradients(updater, 0);
  updater.gradients["b"]!.data[2] = bad;
  const before = [values(updater.parameters), [...updater.state()].map(([, { data }]) => [...data])];
  const { gradNorm } = await updater.step({ step: 0, lr: 1 });
  expect(gradNorm).toBe(bad);
  expect([values(updater.parameters), [...updater.state()].map(([, { data }]) => [...data])]).toEqual(before);
});
