import { expect, test } from "vitest";
import { assignmentsOf, overrideRecipe, parseRecipe } from "./recipe.ts";

const recipe = parseRecipe({ name: "test", steps: 10, data: { kind: "emoji" } });

test("a recipe's missing values are the defaults", () => {
  expect(recipe).toMatchObject({ seed: 0, batch: { views: 2 }, model: { family: "clip", context: 16 } });
});

test("of pairs there is one picture each, unless a recipe asks for what there is not", () => {
  const pairs = { name: "own", steps: 1, data: { kind: "pairs", path: "photos.csv" } };
  expect(parseRecipe(pairs).batch.views).toBe(1);
  expect(() => parseRecipe({ ...pairs, batch: { views: 2 } })).toThrow(
    expect.objectContaining({
      code: "RECIPE_INVALID",
      message: expect.stringMatching(
        /a pair has one picture: leave it out, or set batch\.views=1.*batch\.views\n {2}mend: correct the value: `fovea train --help` lists the keys/,
      ) as unknown,
    }),
  );
});

test("its keys with their values can be set again", () => {
  const assignments = assignmentsOf(recipe);
  expect(assignments).toContain("batch.concepts=128");
  expect(assignments).toContain("augmentation.crop.scale=[0.5,1]");
  expect(overrideRecipe(recipe, assignments)).toEqual(recipe);
});

test("values are overridden by path; JSON gives numbers, lists and objects", () => {
  const changed = overrideRecipe(recipe, ["batch.concepts=64", "augmentation.crop.scale=[0.3,1]", "name=other"]);
  expect(changed.batch).toEqual({ ...recipe.batch, concepts: 64 });
  expect(changed.augmentation.crop.scale).toEqual([0.3, 1]);
  expect(changed.name).toBe("other");
  expect(recipe.batch.concepts).not.toBe(64); // the original stays
});

test.each([
  ["bacth.concepts=64", "batch.concepts"],
  ["batch.concept=64", "batch.concepts"],
  ["concepts=64", "batch.concepts"],
  ["optimizer.learningrate=1", undefined],
  ["model.vision.widht=64", "model.vision.width"],
])("%s: an unknown key is an error that suggests the near name", (assignment, near) => {
  const path = assignment.split("=")[0];
  expect(() => overrideRecipe(recipe, [assignment])).toThrow(
    expect.objectContaining({
      code: "RECIPE_KEY_UNKNOWN",
      message: expect.stringMatching(
        near === undefined
          ? `${path}: the recipe has no such key\n  mend: known are optimizer.kind, optimizer.schedule, optimizer.lr, `
          : `${path}: the recipe has no such key\n  mend: did you mean ${near}\\?`,
      ) as unknown,
    }),
  );
});

test("a value that does not fit is an error that names it, and no other that was set", () => {
  const assignments = ["steps=20", "optimizer.lr=fast", "batch.concepts=64"];
  expect(() => overrideRecipe(recipe, assignments)).toThrow(
    expect.objectContaining({
      code: "RECIPE_INVALID",
      where: "optimizer.lr=fast",
      message: expect.stringMatching(/expected number.*optimizer\.lr/) as unknown,
    }),
  );
  expect(() => overrideRecipe(recipe, ["steps=20", 'optimizer={"lr":0}', "batch.parts=3"])).toThrow(
    expect.objectContaining({ where: 'optimizer={"lr":0} batch.parts=3' }),
  );
});

test("values that fit, but not to each other: all that were set are named", () => {
  expect(() => overrideRecipe(recipe, ["steps=20", 'data={"kind":"pairs","path":"photos.csv"}'])).toThrow(
    expect.objectContaining({ where: 'steps=20 data={"kind":"pairs","path":"photos.csv"}' }),
  );
});

test("a batch that its parts do not divide is an error", () => {
  const uneven = () => parseRecipe({ name: "x", steps: 1, data: { kind: "emoji" }, batch: { concepts: 10, parts: 4 } });
  expect(uneven).toThrow(/must divide batch\.concepts/);
});

test("targets are softened on emoji alone", () => {
  const pairs = { kind: "pairs", path: "photos.csv" };
  const softened = () => parseRecipe({ name: "x", steps: 1, data: pairs, loss: { kindred: {} } });
  expect(softened).toThrow(/softens CLIP's targets on the emoji corpus.*loss\.kindred/);
});

test("an override without a value is an error", () => {
  expect(() => overrideRecipe(recipe, ["steps"])).toThrow(
    expect.objectContaining({
      code: "OVERRIDE_MALFORMED",
      message: "steps: it is not key=value\n  mend: write --set batch.concepts=64",
    }),
  );
});

test("a key in a recipe that is not known is an error, not ignored", () => {
  expect(() => parseRecipe({ name: "test", steps: 10, data: { kind: "emoji" }, setps: 3 })).toThrow(/setps/);
});
