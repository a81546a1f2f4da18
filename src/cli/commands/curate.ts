import type { Command } from "commander";
import { curate } from "../../curate/curate.node.ts";
import { loadPlan } from "../../curate/load-plan.node.ts";
import { presetTable } from "../../curate/preset-table.ts";
import type { Curated } from "../../curate/curate.node.ts";
import type { Embedder } from "../../eval/embedder.ts";
import { formatCount } from "../../eval/scores.ts";
import { Interrupted } from "../failure.ts";
import { interruptSignal } from "../interrupt.ts";
import { addJsonOption, addModelOptions, collect, openModel, type JsonOption, type ModelOptions } from "../options.ts";
import { print, printJson, showProgress } from "../terminal.ts";

interface Options extends ModelOptions, JsonOption {
  readonly data: string;
  readonly out: string;
  readonly set?: readonly string[];
  readonly rejudge?: boolean;
}

/** `fovea curate`. */
export async function define(command: Command): Promise<void> {
  command
    .argument("<plan>", "name of a preset, or a .json, .js or .ts file")
    .requiredOption("-d, --data <path>", "the data: all that `fovea data inspect` reads")
    .requiredOption("-o, --out <folder>", "scores, verdicts and report; a run that is there is continued")
    .option("--set <stage.option=value>", "move a threshold of the plan; may be repeated", collect)
    .option("--rejudge", "judge the scores that are there, without looking at the data for changes")
    .addHelpText(
      "after",
      `
Presets: ${Object.keys(presetTable).join(", ")}

Every sample is measured once. Run it again with other thresholds, and only the judging is done again; kill it, and it goes on.
Written to the folder: scores/*.parquet (a row a sample), verdicts.parquet, kept.txt, funnel.json, report.html.

Example:
  $ fovea curate datacomp-basic --data shards/ --out curated/
  $ fovea curate datacomp-basic --data shards/ --out curated/ --set picture-size.minSide=128`,
    )
    .action(run);
  addJsonOption(addModelOptions(command));
}

async function run(
  plan: string,
  { data, out, set = [], rejudge = false, json = false, ...options }: Options,
): Promise<void> {
  let embedder: Promise<Embedder> | undefined;
  try {
    const context = { embedder: () => (embedder ??= openModel(options)) };
    const built = await loadPlan(plan, set, context);
    const progress = showProgress("curate", "samples", json);
    const onProgress = (rows: number): void => progress.update(rows, { items: rows });
    const result = await curate(built, { data, out, rejudge, signal: interruptSignal(), onProgress });
    progress.done();
    if (result === undefined) throw new Interrupted("interrupted: run the same command again to go on");
    if (json) printJson({ out, ...result });
    else print(...funnelLines(result), `${out}: ${formatCount(result.kept)} of ${formatCount(result.in)} samples kept`);
  } finally {
    await (await embedder)?.[Symbol.asyncDispose]();
  }
}

/** A line for each stage, and under it one for each reason. */
const funnelLines = ({ funnel }: Curated): string[] =>
  funnel.flatMap(({ stage, in: entered, kept, dropped }) => [
    `${stage}: ${formatCount(entered)} in, ${formatCount(kept)} kept`,
    ...Object.entries(dropped).map(([reason, count]) => `  ${reason} ${formatCount(count)}`),
  ]);
