import type { Command } from "commander";
import { classifyStream, type Classified } from "../../eval/classify.ts";
import { alignColumns } from "../../eval/columns.ts";
import { addJsonOption, addModelOptions, collect, openModel, type JsonOption, type ModelOptions } from "../options.ts";
import { PartFailures } from "../part-failures.ts";
import { picturesOf } from "../pictures.ts";
import { print, printJson } from "../terminal.ts";

interface Options extends ModelOptions, JsonOption {
  readonly labels: readonly string[];
  readonly template?: readonly string[];
}

/** `fovea classify`. */
export function define(command: Command): void {
  command
    .argument("<image...>", "picture files, URLs, or folders of pictures")
    .requiredOption("-l, --labels <labels>", "what it may be, with commas between", splitLabels)
    .option("--template <text>", "sentence with {} for the label; may be given several times", collect)
    .addHelpText(
      "after",
      `
A picture that cannot be read is named on standard error, and the others go on; the exit code is 1 then.

Example:
  $ fovea classify dog.jpg --labels "a dog,a cat,a strawberry"
  $ fovea classify ~/Pictures --labels "a dog,a cat" --template "a photo of {}" --template "a drawing of {}"`,
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
  args: readonly string[],
  { labels, template: templates, json = false, ...model }: Options,
): Promise<void> {
  await using embedder = await openModel(model);
  const failures = new PartFailures(json);
  const images = await picturesOf(args, failures.add);
  const results = [];
  for await (const result of classifyStream(embedder, images, labels, { templates, onFailure: failures.add })) {
    if (json) results.push(result);
    else print(...(images.length > 1 ? [`${result.image}:`] : []), ...lines(result.labels));
  }
  if (json) printJson(results);
  failures.end();
}

const lines = (labels: readonly Classified[]): string[] =>
  alignColumns(
    labels.map(({ label, probability }) => [percent(probability), bar(probability), label]),
    ["right", "left", "left"],
  );

const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;

const bar = (share: number): string => "\u2588".repeat(Math.round(20 * share));
