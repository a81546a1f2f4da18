import { readFile } from "node:fs/promises";
import { pathToFileURL } from "node:url";
import { resolve } from "node:path";
import { InputError, nearest } from "../platform/error.ts";
import { reasonOf } from "../platform/node/files.ts";
import { parseRecipe, type Recipe } from "../train/recipe.ts";

/** Recipes that come with the package, each loaded when it is named. */
const builtIn: Readonly<Record<string, () => Promise<Recipe>>> = {
  "clip-emoji": async () => (await import("../train/recipes/clip-emoji.ts")).clipEmoji,
  "clip-emoji-long": async () => (await import("../train/recipes/clip-emoji-long.ts")).clipEmojiLong,
};

/** Their names. */
export const recipeNames: readonly string[] = Object.keys(builtIn);

/**
 * A recipe by its name, or from a file: JSON, or a module that exports `recipe`.
 * @throws {InputError} RECIPE_NOT_FOUND, RECIPE_NOT_LOADABLE, RECIPE_INVALID, RECIPE_KEY_UNKNOWN
 */
export async function loadRecipe(name: string): Promise<Recipe> {
  const load = builtIn[name];
  if (load !== undefined) return load();
  if (!/\.(json|[cm]?[jt]s)$/.test(name)) {
    const near = nearest(name, recipeNames);
    throw new InputError(
      "RECIPE_NOT_FOUND",
      name,
      "no recipe has this name, and it is no .json, .js or .ts file",
      near === undefined ? `recipes are ${recipeNames.join(", ")}` : `did you mean ${near}?`,
    );
  }
  try {
    return parseRecipe(await (name.endsWith(".json") ? readJson(name) : importRecipe(name)), name);
  } catch (cause) {
    if (cause instanceof InputError) throw cause;
    const mend = name.endsWith(".ts")
      ? "check the file; TypeScript needs Node 22.18 or later, where older ones take .json and .mjs"
      : "check the path and the file";
    throw new InputError("RECIPE_NOT_LOADABLE", name, reasonOf(cause), mend, { cause });
  }
}

const readJson = async (path: string): Promise<unknown> => JSON.parse(await readFile(path, "utf8"));

async function importRecipe(path: string): Promise<unknown> {
  const module: unknown = await import(pathToFileURL(resolve(path)).href);
  if (typeof module === "object" && module !== null && "recipe" in module) return module.recipe;
  throw new InputError("RECIPE_NOT_LOADABLE", path, "it exports no `recipe`", "write `export const recipe = { ... }`");
}
