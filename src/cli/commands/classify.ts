import type { Command } from "commander";
import { classify, defaultTemplates, type Classified } from "../../eval/classify.ts";
import { alignColumns } from "../../eval/columns.ts";
import { addJsonOption, addModelOptions, collect, openModel, type JsonOption, type ModelOptions } from "../options.ts";
import { print, printJson } from "../terminal.ts";

interface Options extends ModelOptions, JsonOption {
  readonly labels: readonly string[];
  readonly template?: readonly string[];
}

/** `fovea classify`. */
export function define(command: Command): void {
  command
    .argument("<image...>", "picture files or URLs")
    .requiredOption("-l, --labels <labels>", "what it may be, with commas between", splitLabels)
    .option("--template <text>", "sentence with {} for the label; may be given several times", collect)
    .addHelpText(
      "after",
      `
Example:
  $ fovea classify dog.jpg --labels "a dog,a cat,a strawberry"`,
    )
    .action(run);
  addJsonOption(addModelOptions(command));
}

const splitLabels = (text: string): string[] =>
  text
    .split(",")
    .map((label) => label.trim())
    .filter((label) => label !== "");

async function run(
  images: readonly string[],
  { labels, template = defaultTemplates, json, ...model }: Options,
): Promise<void> {
  await using embedder = await openModel(model);
  const results = await classify(embedder, images, labels, template);
  if (json) printJson(images.map((image, i) => ({ image, labels: results[i] })));
  else images.forEach((image, i) => print(...(images.length > 1 ? [`${image}:`] : []), ...lines(results[i]!)));
}

const lines = (labels: readonly Classified[]): string[] =>
  alignColumns(
    labels.map(({ label, probability }) => [percent(probability), bar(probability), label]),
    ["right", "left", "left"],
  );

const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;

const bar = (share: number): string => "\u2588".repeat(Math.round(20 * share));
