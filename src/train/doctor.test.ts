import { describe, expect, test } from "vitest";
import { add, mul, relu } from "../engine/ops/elementwise.ts";
import { sum } from "../engine/ops/broadcast.ts";
import { constant, input } from "../engine/ops/leaf.ts";
import { fold, integer, key } from "../engine/random.ts";
import { hostTensor } from "../engine/host-tensor.ts";
import { constantInit, zeros } from "../nn/init.ts";
import { initialize, type Scope } from "../nn/scope.ts";
import { tinyBatch, tinyRecipe, tinyTask } from "../testing/train/tiny-task.ts";
import { Doctor, examineDryBatch, type Remark } from "./doctor.ts";
import { train } from "./loop.ts";
import { overrideRecipe, type Recipe } from "./recipe.ts";
import { compileStep, type Objective, type Tensors, type TrainStep } from "./step.ts";
import type { TaskBatch } from "./tasks/task.ts";
import { maxScale, TrainedModel } from "./trained-model.ts";

/** Trains the tiny task for real, on a clock on which a step takes 10 ms and a batch `wait`, and returns what the doctor remarks. */
async function diagnose(
  recipe: Recipe,
  { batch = tinyBatch, steps = 60, settle = 30, wait = 0, scale = 14 } = {},
): Promise<Remark[]> {
  let time = 0;
  let running: Promise<unknown> = Promise.resolve();
  const compiled = await compileStep(tinyTask.objective);
  const step: TrainStep = {
    ...compiled,
    run(feeds, gradients) {
      const result = compiled.run(feeds, gradients).finally(() => (time += 10));
      running = result;
      return result;
    },
  };
  const initial = initialize(step.all, fold(key(0), "init"));
  initial.get("logit_scale")!.data[0] = Math.log(scale);
  const model = await TrainedModel.create(step, initial, recipe);
  const doctor = new Doctor({ chance: step.chance, maxScale, settle });
  const remarks: Remark[] = [];
  async function* batches(): AsyncGenerator<TaskBatch> {
    for (let i = 0; ; i++) {
      await running.catch(() => {}); // a slow batch is ready some time after the step before it
      await new Promise((resolve) => setImmediate(resolve));
      time += wait;
      yield { feeds: batch(i), next: { epoch: 0, batch: i + 1 } };
    }
  }
  const plan = { from: 0, steps, lr: () => recipe.optimizer.lr, clock: () => time };
  try {
    for await (const report of train(step, model, batches(), plan)) remarks.push(...doctor.observe(report));
  } finally {
    await compiled[Symbol.asyncDispose]();
    await model[Symbol.asyncDispose]();
  }
  return remarks;
}

const codes = (remarks: readonly Remark[]): string[] => remarks.map(({ code }) => code);

describe("during training", () => {
  test("a healthy run has no remarks", async () => {
    expect(await diagnose(tinyRecipe)).toEqual([]);
  });

  test("captions that belong to other pictures: the loss stays at chance", async () => {
    // Every picture has a colour of its own, so nothing can be learned from its text.
    const shuffled = (i: number): Tensors => ({ ...tinyBatch(i), pixels: colours(i) });
    const remarks = await diagnose(tinyRecipe, { batch: shuffled });
    const remark = remarks.find(({ code }) => code === "LOSS_PLATEAU");
    expect(remark).toMatchObject({ step: 30, level: "warning" });
    expect(remark!.message).toMatch(/^after 30 steps the loss is \d\.\d{3}, chance is 3\.780$/);
    expect(remark!.action).toMatch(/check that captions belong to their pictures/);
  });

  test("pictures that are all the same: the embeddings collapse", async () => {
    const same = (i: number): Tensors => ({ ...tinyBatch(i), pixels: hostTensor("uint8", [16, 3, 8, 8]) });
    const remarks = await diagnose(tinyRecipe, { batch: same });
    const remark = remarks.find(({ code }) => code === "EMBEDDING_COLLAPSE");
    expect(remark).toMatchObject({ step: 30, level: "warning" });
    expect(remark!.message).toMatch(/^embeddings of different pictures are nearly the same \(variance 0\.000, in /);
  });

  test("a logit scale at its bound is said once", async () => {
    const recipe = overrideRecipe(tinyRecipe, ["optimizer.lr=0.00001", "optimizer.scaleLr=1"]);
    const remarks = await diagnose(recipe, { scale: 1000, settle: 1000 });
    expect(codes(remarks)).toEqual(["SCALE_SATURATED"]);
    expect(remarks[0]).toMatchObject({ step: 20, action: expect.stringMatching(/larger batches/) as unknown });
  });

  test("batches that come late: the share of time spent waiting", async () => {
    const remarks = await diagnose(tinyRecipe, { steps: 25, wait: 10 });
    expect(codes(remarks)).toEqual(["DATA_STARVATION"]);
    expect(remarks[0]!.message).toBe("50 % of the time the run waits for data");
  });

  test("a learning rate that is far too high stops the run before the weights are spoilt", async () => {
    const recipe = overrideRecipe(tinyRecipe, ["optimizer.lr=1e30", "optimizer.clip=1e30"]);
    await expect(diagnose(recipe)).rejects.toMatchObject({
      code: "LOSS_NOT_FINITE",
      message: expect.stringMatching(
        /^step [23]: the .* is (NaN|Infinity)\n {2}mend: train again with a lower optimizer\.lr or optimizer\.clip$/,
      ) as unknown,
    });
  });
});

/** Pictures of random colours. */
function colours(step: number): Tensors[string] {
  const pixels = hostTensor("uint8", [16, 3, 8, 8]);
  for (let i = 0; i < pixels.data.length; i++) pixels.data[i] = integer(fold(key(9), step, Math.floor(i / 64)), 256);
  return pixels;
}

describe("the dry batch", () => {
  /** Runs an objective once and lets the doctor look. */
  async function examine(build: (scope: Scope) => Objective, x: number): Promise<Remark[]> {
    const step = await compileStep(build);
    const model = await TrainedModel.create(step, initialize(step.all, key(0)), tinyRecipe);
    const measured = await step.run({ ...model.parameters, x: hostTensor("float32", [2], [x, x]) }, model.gradients);
    await step[Symbol.asyncDispose]();
    return examineDryBatch(step, measured, model.gradients);
  }
  const x = input("x", "float32", [2]);
  const objective = (loss: Objective["loss"]): Objective => ({ loss, metrics: {}, chance: 0 });

  test("names parameters that the loss does not depend on, and those that get only zeros", async () => {
    const remarks = await examine((scope) => {
      scope.at("unused").param("weight", [2], zeros);
      const used = mul(scope.at("used").param("weight", [2], constantInit(1)), x);
      const dead = relu(mul(scope.at("dead").param("weight", [2], constantInit(-1)), x));
      return objective(sum(add(used, dead)));
    }, 1);
    expect(remarks.map(({ code, level, step, message }) => ({ code, level, step, message }))).toEqual([
      { code: "GRADIENT_MISSING", level: "warning", step: 0, message: "the loss does not depend on unused.weight" },
      { code: "GRADIENT_ZERO", level: "warning", step: 0, message: "the first batch gives no gradient to dead.weight" },
    ]);
  });

  test("names gradients and a loss that are not finite", async () => {
    const remarks = await examine(
      (scope) => objective(sum(mul(scope.at("layer").param("weight", [2], constantInit(1)), mul(x, constant(1e30))))),
      1e30,
    );
    expect(remarks).toMatchObject([
      { code: "LOSS_NOT_FINITE", level: "error", message: "the loss of the first batch is Infinity" },
      {
        code: "GRADIENT_NOT_FINITE",
        level: "error",
        message: "gradients of the first batch are not finite: layer.weight",
      },
    ]);
  });
});

test("a validation loss well above its lowest is named once, with the step whose checkpoint is kept", () => {
  const doctor = new Doctor({ chance: 4, maxScale: 100 });
  const best = { step: 30, loss: 4 };
  expect(doctor.observeValidation(60, 4.19, best)).toEqual([]); // 5 % above is no finding
  const [remark, ...others] = doctor.observeValidation(90, 4.21, best);
  expect(others).toEqual([]);
  expect(remark).toMatchObject({ code: "OVERFITTING", step: 90, level: "warning" });
  expect(remark!.message).toBe("the validation loss is 4.210; at step 30 it was 4.000");
  expect(remark!.action).toMatch(/more data, stronger augmentation or fewer steps/);
  expect(doctor.observeValidation(120, 5, best)).toEqual([]);
});
