import { basename, resolve } from "node:path";
import { Option, type Command } from "commander";
import type { DroppedSample } from "../../data/drop-ledger.ts";
import { openLabelled } from "../../data/formats/labelled.node.ts";
import { openData } from "../../data/formats/open-data.node.ts";
import { groupBy } from "../../data/group-by.ts";
import type { OnDrop } from "../../data/sample.ts";
import { key } from "../../engine/random.ts";
import { defaultTemplates } from "../../eval/classify.ts";
import { evaluateRetrieval, evaluateZeroShot } from "../../eval/evaluate-data.ts";
import { renderScores } from "../../eval/scores.ts";
import {
  addJsonOption,
  addModelOptions,
  collect,
  openModel,
  wholeNumber,
  type JsonOption,
  type ModelOptions,
} from "../options.ts";
import { print, printJson, showProgress } from "../terminal.ts";

interface Options extends Omit<ModelOptions, "model">, JsonOption {
  readonly task: "retrieval" | "zero-shot";
  readonly data: string;
  readonly images?: string;
  readonly template?: readonly string[];
  readonly seed: number;
}

/** `fovea eval`. */
export function define(command: Command): void {
  command
    .argument("<model>", "folder, Hub name or built-in name of a CLIP or SigLIP")
    .addOption(new Option("--task <task>", "what to measure").choices(["retrieval", "zero-shot"]).makeOptionMandatory())
    .requiredOption("--data <path>", "the pictures, with captions or labels")
    .option("--images <folder>", "where the pictures are that a table names; beside it if absent")
    .option("--template <text>", "zero-shot: sentence with {} for the label; may be given several times", collect)
    .option("--seed <n>", "for the bootstrap", wholeNumber, 1)
    .addHelpText(
      "after",
      `
Data for retrieval: a folder of pictures with .txt captions beside them, a CSV, TSV or JSONL file with columns path and
caption, or WebDataset .tar shards. For zero-shot: a folder with a subfolder of pictures for each class, or a table with
columns path and label. Intervals are 95 % bootstrap intervals; ties count against the model.

Example:
  $ fovea eval clip-emoji --task retrieval --data photos.csv
  $ fovea eval openai/clip-vit-base-patch32 --task zero-shot --data flowers/ --template "a photo of a {}, a flower"`,
    )
    .action(run);
  addJsonOption(addModelOptions(command, { model: false }));
}

async function run(
  model: string,
  { task, data, images, template = defaultTemplates, seed, json = false, ...rest }: Options,
): Promise<void> {
  await using embedder = await openModel({ ...rest, model });
  const progress = showProgress("embed", "pictures", json);
  const dropped: DroppedSample[] = [];
  const onDrop: OnDrop = (sample, reason) => void dropped.push({ key: sample, reason });
  const options = {
    split: basename(resolve(data)),
    key: key(seed),
    onDrop,
    onProgress: (done: number) => progress.update(done, { items: done }),
  };
  const reading = { onDrop, ...(images !== undefined && { images }) };
  const evaluating =
    task === "retrieval"
      ? evaluateRetrieval(embedder, openData(data, reading), options)
      : evaluateZeroShot(embedder, openLabelled(data, reading), template, options);
  const scores = await evaluating.catch((error: unknown) => {
    if (!json)
      process.stderr.write(
        droppedLines(dropped)
          .map((line) => `${line}\n`)
          .join(""),
      ); // may be the reason
    throw error;
  });
  progress.done();
  if (json) printJson({ model, task, data, scores, dropped });
  else {
    const left = droppedLines(dropped);
    print(renderScores(scores, "text").trimEnd(), ...(left.length > 0 ? ["", ...left] : []));
  }
}

function droppedLines(dropped: readonly DroppedSample[]): string[] {
  if (dropped.length === 0) return [];
  const reasons = [...groupBy(dropped, ({ reason }) => reason)].map(([reason, { length }]) => `${reason} ${length}`);
  return [`left out: ${reasons.join(", ")}; the first is ${dropped[0]?.key}`];
}
