import { describe, expect, test } from "vitest";
import { hostTensor } from "../engine/host-tensor.ts";
import { zeros } from "../nn/init.ts";
import { Scope } from "../nn/scope.ts";
import { OptimizerRecipe, scheduleOf } from "./optimizer-recipe.ts";
import { parseRecipe, type RecipeInput } from "./recipe.ts";
import { TrainedModel } from "./trained-model.ts";

const recipeOf = (optimizer: RecipeInput["optimizer"]) =>
  parseRecipe({ name: "test", steps: 10, data: { kind: "emoji" }, average: 0, optimizer });

/** A matrix, a vector and the logit scale after each of the updates by the same gradients. */
async function updated(optimizer: RecipeInput["optimizer"], updates: number): Promise<Record<string, number[]>[]> {
  const scope = Scope.root();
  for (const [path, shape] of [["w", [2, 2]], ["b", [2]], ["logit_scale", []]] as const) scope.param(path, shape, zeros); // prettier-ignore
  const initial = new Map([
    ["w", hostTensor("float32", [2, 2], [1, 1, 1, -1])],
    ["b", hostTensor("float32", [2], [1, -1])],
    ["logit_scale", hostTensor("float32", [], [2])],
  ]);
  const recipe = recipeOf({ lr: 0.01, clip: 1e6, scaleLr: 3, ...optimizer });
  await using model = await TrainedModel.create(scope, initial, recipe);
  const gradients = { w: [1, 2, -2, 4], b: [3, -1], logit_scale: [1] };
  const states: Record<string, number[]>[] = [];
  for (let step = 0; step < updates; step++) {
    for (const [name, values] of Object.entries(gradients)) (model.gradients[name]!.data as Float32Array).set(values);
    await model.update({ lr: recipe.optimizer.lr, step });
    states.push(Object.fromEntries(Object.keys(gradients).map((name) => [name, [...model.parameters[name]!.data].map(Number)]))); // prettier-ignore
  }
  return states;
}

const near = (values: readonly number[]): unknown => values.map((value) => expect.closeTo(value, 6) as unknown);

describe("what a recipe's optimizer does to the weights, by hand", () => {
  test("sgd: along the gradient and its momentum, the decay of matrices in the gradient", async () => {
    const [first, second] = await updated({ kind: "sgd", weightDecay: 0.5 }, 2);
    expect(first).toEqual({
      w: near([1 - 0.01 * 1.5, 1 - 0.01 * 2.5, 1 + 0.01 * 1.5, -1 - 0.01 * 3.5]),
      b: near([0.97, -0.99]),
      logit_scale: near([1.97]), // three times the learning rate
    });
    expect(second!["b"]).toEqual(near([0.97 - 0.01 * 1.9 * 3, -0.99 + 0.01 * 1.9])); // momentum 0.9
    const [, looking] = await updated({ kind: "sgd", sgd: { momentum: 0.5, nesterov: true } }, 2);
    // The steps are g + 0.5 g, and g + 0.5 (0.5 g + g).
    expect(looking!["b"]).toEqual(near([1 - 0.01 * 3 * (1.5 + 1.75), -1 + 0.01 * (1.5 + 1.75)]));
  });

  test("lion: along the sign of the gradient, the matrix shrunk first", async () => {
    const [first] = await updated({ kind: "lion", weightDecay: 0.5 }, 1);
    expect(first).toEqual({
      w: near([0.995 - 0.01, 0.995 - 0.01, 0.995 + 0.01, -0.995 - 0.01]),
      b: near([0.99, -0.99]),
      logit_scale: near([1.97]),
    });
  });

  test("adafactor: steps of the learning rate itself, by the factors of a matrix of rank one", async () => {
    // Of squares [1, 4; 4, 16] the rows' and columns' means give back each square, so that every element moves by one step.
    const [first] = await updated({ kind: "adafactor", weightDecay: 0.5 }, 1);
    expect(first).toEqual({
      w: near([0.995 - 0.01, 0.995 - 0.01, 0.995 + 0.01, -0.995 - 0.01]),
      b: near([0.99, -0.99]),
      logit_scale: near([1.97]),
    });
  });
});

describe("the learning rate over 100 updates", () => {
  test.each([
    ["cosine", { 9: 2, 10: 2, 55: 1, 99: 2 * Math.cos((89 / 180) * Math.PI) ** 2 }],
    ["linear", { 9: 2, 10: 2, 55: 1, 99: 2 / 90 }],
    ["constant", { 9: 2, 10: 2, 55: 2, 99: 2 }],
    ["wsd", { 9: 2, 10: 2, 55: 2, 80: 2, 90: 1, 99: 0.1 }],
  ] as const)("%s", (schedule, rates) => {
    const at = scheduleOf(OptimizerRecipe.parse({ schedule, lr: 2, warmup: 0.1, cooldown: 0.2 }), 100);
    expect([at(0), at(4)]).toEqual(near([0.2, 1])); // all rise alike
    for (const [step, rate] of Object.entries(rates)) expect([step, at(Number(step))]).toEqual([step, expect.closeTo(rate, 10)]); // prettier-ignore
  });

  test("is the cosine's if a recipe says nothing", () => {
    const { optimizer } = recipeOf({});
    expect(optimizer).toMatchObject({ kind: "adamw", schedule: "cosine" });
  });

  test("of wsd: rise and fall must fit into the steps", () => {
    const tooLong = { schedule: "wsd", warmup: 0.5, cooldown: 0.6 } as const;
    expect(() => recipeOf(tooLong)).toThrow(
      expect.objectContaining({
        code: "RECIPE_INVALID",
        message: expect.stringMatching(
          /warmup and cooldown are more than all steps together.*optimizer\.cooldown/,
        ) as unknown,
      }),
    );
    expect(() => recipeOf({ ...tooLong, schedule: "cosine" })).not.toThrow();
  });
});
