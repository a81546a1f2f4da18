import { join } from "node:path";
import type { Command } from "commander";
import { openIndex } from "../../eval/index-folder.node.ts";
import { demandSameModel, searchIndex } from "../../eval/index-search.ts";
import {
  addJsonOption,
  addModelOptions,
  openModel,
  wholeNumber,
  type JsonOption,
  type ModelOptions,
} from "../options.ts";
import { print, printJson } from "../terminal.ts";

interface Options extends Omit<ModelOptions, "model">, JsonOption {
  readonly model?: string;
  readonly image?: string;
  readonly top: number;
}

/** `fovea search`. */
export function define(command: Command): void {
  command
    .argument("<index>", "an index, or a folder that `fovea index` was run on")
    .argument("[text]", "what to look for")
    .option("-i, --image <file>", "look for pictures like this one instead")
    .option("-n, --top <n>", "how many to show", wholeNumber, 10)
    .option("-m, --model <model>", "the model, if it is no longer where it was when the index was made")
    .addHelpText(
      "after",
      `
Example:
  $ fovea search ~/Pictures "a dog on a beach" --top 5
  $ fovea search ~/Pictures --image dog.jpg`,
    )
    .action((path: string, text: string | undefined, options: Options) => run(path, text, options, command));
  addJsonOption(addModelOptions(command, { model: false }));
}

async function run(path: string, text: string | undefined, options: Options, command: Command): Promise<void> {
  const { image, top, json, ...rest } = options;
  if ((text === undefined) === (image === undefined))
    command.error("error: give a text to look for, or a picture with --image");
  const index = await openIndex(path);
  await using embedder = await openModel({ ...rest, model: rest.model ?? index.model });
  demandSameModel(index, embedder, path);
  const query = image === undefined ? await embedder.embedTexts([text ?? ""]) : await embedder.embedImages([image]);
  const hits = searchIndex(index, query, top).map((hit) => ({ ...hit, path: join(index.folder, hit.path) }));
  if (json) printJson({ query: text ?? image, hits: hits.map(({ path, score }) => ({ path, score })) });
  else print(...hits.map(({ path, score }) => `${score.toFixed(3)}  ${path}`));
}
