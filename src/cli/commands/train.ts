import { join } from "node:path";
import type { Command } from "commander";
import type { Device } from "../../platform/session.ts";
import { overrideRecipe } from "../../train/recipe.ts";
import { addJsonOption, collect, deviceOption, wholeNumber, type JsonOption } from "../options.ts";
import { loadRecipe, recipeNames } from "../recipes.ts";
import { runTraining } from "../training.ts";

interface Options extends JsonOption {
  readonly set?: readonly string[];
  readonly resume?: boolean;
  readonly out?: string;
  readonly device: Device;
  readonly threads?: number;
}

/** `fovea train`. */
export function define(command: Command): void {
  command
    .argument("<recipe>", `${recipeNames.join(", ")}, or a file that holds a recipe`)
    .option("--set <key=value>", "change a value of the recipe; may be given several times", collect)
    .option("--resume", "go on with a run that was interrupted")
    .option("-o, --out <folder>", "the run folder (runs/NAME)")
    .addOption(deviceOption())
    .option("--threads <n>", "threads inside one operator (all cores)", wholeNumber)
    .addHelpText(
      "after",
      `
Ctrl-C writes a checkpoint. A resumed run ends with the same weights, to the bit, as one that was never interrupted.

Example:
  $ fovea train clip-emoji --set steps=1000 --set optimizer.lr=0.002 --out runs/longer
  $ fovea train clip-emoji --set steps=1000 --set optimizer.lr=0.002 --out runs/longer --resume`,
    )
    .action(run);
  addJsonOption(command);
}

async function run(name: string, { set = [], resume = false, json = false, out, ...options }: Options): Promise<void> {
  const recipe = overrideRecipe(await loadRecipe(name), set);
  await runTraining(recipe, { ...options, resume, json, out: out ?? join("runs", recipe.name) });
}
