import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { loadRecipe, recipeNames } from "./recipes.ts";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "fovea-recipes-"));
});
afterAll(() => rm(folder, { recursive: true }));

async function file(name: string, content: string): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, content);
  return path;
}

const content = '{ "name": "mine", "steps": 7, "data": { "kind": "emoji" } }';

test.each(recipeNames)("the built-in recipe %s is called so", async (name) => {
  expect((await loadRecipe(name)).name).toBe(name);
});

test("recipes are read from JSON and from modules", async () => {
  expect(await loadRecipe(await file("mine.json", content))).toMatchObject({ name: "mine", steps: 7, seed: 0 });
  expect(await loadRecipe(await file("mine.mjs", `export const recipe = ${content};`))).toMatchObject({ steps: 7 });
});

describe("what is no recipe", () => {
  test("a name that is near to one", async () => {
    await expect(loadRecipe("clip-emojy")).rejects.toMatchObject({
      code: "RECIPE_NOT_FOUND",
      message: expect.stringContaining("mend: did you mean clip-emoji?"),
    });
  });

  test("any other name", async () => {
    await expect(loadRecipe("transformer")).rejects.toMatchObject({
      code: "RECIPE_NOT_FOUND",
      message:
        "transformer: no recipe has this name, and it is no .json, .js or .ts file\n" +
        `  mend: recipes are ${recipeNames.join(", ")}`,
    });
  });

  test("a file that is not there, is not JSON, or exports something else", async () => {
    const unreadable = { code: "RECIPE_NOT_LOADABLE" };
    await expect(loadRecipe(join(folder, "none.json"))).rejects.toMatchObject({
      ...unreadable,
      where: join(folder, "none.json"),
    });
    await expect(loadRecipe(await file("broken.json", "{"))).rejects.toMatchObject(unreadable);
    await expect(loadRecipe(await file("other.mjs", "export const receipt = 1;"))).rejects.toMatchObject({
      ...unreadable,
      found: "it exports no `recipe`",
    });
  });

  test("a file with a wrong value", async () => {
    await expect(loadRecipe(await file("wrong.json", content.replace("7", "-7")))).rejects.toMatchObject({
      code: "RECIPE_INVALID",
      message: expect.stringContaining("steps"),
    });
  });
});
