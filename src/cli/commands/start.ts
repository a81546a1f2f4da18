import { join } from "node:path";
import type { Command } from "commander";
import { addJsonOption, type JsonOption } from "../options.ts";
import { loadRecipe } from "../recipes.ts";
import { print } from "../terminal.ts";
import { runTraining } from "../training.ts";

const recipeName = "clip-emoji";

/** `fovea start`. */
export function define(command: Command): void {
  command
    .addHelpText(
      "after",
      `
Prepares the emoji corpus, trains a small CLIP on it for a few minutes, scores it on pictures that it never saw, exports
it, and writes all of it to runs/${recipeName}. What an earlier call did is reused, an interrupted run is gone on with.

Example:
  $ fovea start`,
    )
    .action(run);
  addJsonOption(command);
}

async function run({ json = false }: JsonOption): Promise<void> {
  const recipe = await loadRecipe(recipeName);
  const { folder } = await runTraining(recipe, { out: join("runs", recipeName), resume: true, json });
  if (json) return;
  print(
    "",
    "Try next:",
    `  npx fovea classify PICTURE --labels "a cat,a pizza,a train" --model ${folder.path}`,
    `  npx fovea index FOLDER --model ${folder.path}`,
    `  npx fovea search FOLDER "a smiling face"`,
    `  npx fovea train ${recipeName} --set steps=2000 --out runs/longer`,
  );
}
