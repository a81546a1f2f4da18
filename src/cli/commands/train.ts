import { join } from "node:path";
import type { Command } from "commander";
import type { Device } from "../../platform/session.ts";
import { assignmentsOf, overrideRecipe, parseRecipe } from "../../train/recipe.ts";
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
  const keys = assignmentsOf(parseRecipe(ownData("photos.csv")));
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
A recipe file is JSON, or a module that exports \`recipe\`. Three keys are enough for pictures of your own: name, steps and data, whose
path is a folder of pictures with .txt captions, a CSV, TSV or JSONL file, shards, Parquet or a pack. \`from\` names a model to go on from:
a folder, clip-emoji or one that was pulled; then a small learning rate is right. A batch of batch.concepts pairs must fit into the data.
All keys, as --set takes them, with the values that they have if nobody says more:
${keys.map((assignment) => `  ${assignment}`).join("\n")}

Ctrl-C writes a checkpoint, once a step was made. A resumed run ends with the same weights, to the bit, as one that was never interrupted.

Example:
  $ fovea train clip-emoji --set steps=1000 --set optimizer.lr=0.002 --out runs/longer
  $ fovea train clip-emoji --set steps=1000 --set optimizer.lr=0.002 --out runs/longer --resume
  $ echo '${JSON.stringify(ownData("photos.csv"))}' > photos.json
  $ fovea train photos.json --set batch.concepts=32
  $ fovea train photos.json --set batch.concepts=32 --set from=clip-emoji --set optimizer.lr=0.0001 --out runs/photos-from-emoji`,
    )
    .action(run);
  addJsonOption(command);
}

/** The least that a recipe for one's own pictures says. */
const ownData = (path: string) => ({ name: "photos", steps: 1000, data: { kind: "pairs", path } });

async function run(name: string, { set = [], resume = false, json = false, out, ...options }: Options): Promise<void> {
  const recipe = overrideRecipe(await loadRecipe(name), set);
  await runTraining(recipe, { ...options, resume, json, out: out ?? join("runs", recipe.name) });
}
