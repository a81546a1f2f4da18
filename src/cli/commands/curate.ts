import { join } from "node:path";
import type { Command } from "commander";
import { curate } from "../../curate/curate.node.ts";
import { loadPlan } from "../../curate/load-plan.node.ts";
import { presetTable } from "../../curate/preset-table.ts";
import type { Curated } from "../../curate/curate.node.ts";
import type { Plan } from "../../curate/plan.ts";
import { StageResources } from "../../curate/stage-resources.ts";
import { formatCount } from "../../eval/scores.ts";
import { describeMachine } from "../../train/machine.node.ts";
import { machineFacts } from "../../train/run-record.ts";
import { Interrupted } from "../failure.ts";
import { interruptSignal } from "../interrupt.ts";
import { addJsonOption, addModelOptions, collect, openModel, type JsonOption, type ModelOptions } from "../options.ts";
import { print, printJson, showProgress } from "../terminal.ts";
import { commandLine } from "../command-line.ts";
import { fovea } from "../../platform/node/package.ts";

interface Options extends ModelOptions, JsonOption {
  readonly data: string;
  readonly out: string;
  readonly set?: readonly string[];
  readonly rejudge?: boolean;
  readonly write?: string;
  readonly overwrite?: boolean;
}

/** `fovea curate`. */
export async function define(command: Command): Promise<void> {
  command
    .argument("<plan>", "name of a preset, or a .json, .js or .ts file")
    .requiredOption("-d, --data <path>", "the data: all that `fovea data inspect` reads")
    .requiredOption("-o, --out <folder>", "scores, verdicts and report; a run that is there is continued")
    .option("--set <stage.option=value>", "move a threshold of the plan; may be repeated", collect)
    .option("--rejudge", "judge the scores that are there, without looking at the data for changes")
    .option("--write <path>", "write the kept samples as a data set: a folder, or .tar, .parquet, .jsonl, .csv")
    .option("--overwrite", "replace what is at the path of --write")
    .addHelpText(
      "after",
      `
Presets: ${Object.keys(presetTable).join(", ")}

Every sample is measured once. Run it again with other thresholds, and only the judging is done again; kill it, and it goes on.
Written to the folder: scores/*.parquet and set-scores/*.parquet (a row a sample), verdicts.parquet, kept.txt, funnel.json, report.html.

Example:
  $ fovea curate datacomp-basic --data shards/ --out curated/
  $ fovea curate datacomp-basic --data shards/ --out curated/ --set picture-size.minSide=128`,
    )
    .action(run);
  addJsonOption(addModelOptions(command));
}

async function run(plan: string, options: Options): Promise<void> {
  const { data, out, set = [], rejudge = false, write, overwrite = false, json = false, ...model } = options;
  await using resources = new StageResources(() => openModel(model));
  const built = await loadPlan(plan, set, resources);
  const progress = showProgress("curate", "samples", json);
  const result = await curate(built, {
    data,
    out,
    rejudge,
    signal: interruptSignal(),
    onProgress: (rows) => progress.update(rows, { items: rows }),
    report: { command: commandLine(), machine: { ...machineFacts(describeMachine()), fovea: fovea().version } },
    ...(write !== undefined && { write: { path: write, overwrite } }),
  });
  progress.done();
  if (result === undefined) throw new Interrupted("interrupted: run the same command again to go on");
  if (json) printJson({ out, ...result });
  else print(...resultLines(result, out, write), ...(result.kept === 0 ? nothingLeft(built, result) : []));
}

function resultLines(result: Curated, out: string, write: string | undefined): string[] {
  const { in: entered, kept, written } = result;
  return [
    ...funnelLines(result),
    `${formatCount(kept)} of ${formatCount(entered)} samples kept: ${join(out, "report.html")}`,
    ...(written === undefined ? [] : [`${formatCount(written)} samples written: ${write}`]),
  ];
}

/** Why there is nothing left: what the reasons of the stage that dropped the last samples mean. */
function nothingLeft({ rules }: Plan, { funnel }: Curated): string[] {
  const last = funnel.findLast(({ in: entered }) => entered > 0);
  const reasons = rules.find(({ id }) => id === last?.stage)?.reasons ?? {};
  return Object.keys(last?.dropped ?? {}).map((reason) => `nothing is left, ${reason}: ${reasons[reason] ?? ""}`);
}

/** A line for each stage, and under it one for each reason. */
const funnelLines = ({ funnel }: Curated): string[] =>
  funnel.flatMap(({ stage, in: entered, kept, dropped }) => [
    `${stage}: ${formatCount(entered)} in, ${formatCount(kept)} kept`,
    ...Object.entries(dropped).map(([reason, count]) => `  ${reason} ${formatCount(count)}`),
  ]);
