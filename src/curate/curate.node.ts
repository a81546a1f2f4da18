import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { openData } from "../data/formats/open-data.node.ts";
import { writeData, type WriteDataOptions } from "../data/formats/write-data.node.ts";
import type { Sample } from "../data/sample.ts";
import type { Facts } from "../eval/report/facts.ts";
import { FoveaError } from "../platform/error.ts";
import { writeAtomic } from "../platform/node/files.ts";
import { chooseExamples, galleriesOf, likesOf } from "./examples.node.ts";
import { histogramsOf, type StageHistogram } from "./histogram.ts";
import { judge, type FunnelStage, type TableFor, type Verdicts } from "./judge.ts";
import { measure } from "./measure.node.ts";
import { openPicture } from "./picture/open-picture.node.ts";
import { identity, scorersOf, type Plan } from "./plan.ts";
import { ReadingLedger, readReading, writeReading, type Reading } from "./reading.node.ts";
import { renderCuration, type Gallery } from "./report.ts";
import { loadKeys, ScoreColumns } from "./score-columns.node.ts";
import { ScoreParts } from "./score-parts.node.ts";
import { SetScores } from "./set-scores.node.ts";
import { writeVerdicts } from "./verdict-files.node.ts";

/** How {@link curate} works. */
export interface CurateOptions {
  /** Whatever `openData` reads. */
  readonly data: string;
  /** Folder for the scores, the verdicts and the report; made if need be. A run that is there already is continued. */
  readonly out: string;
  /** Judges the scores of a finished run, and looks at the data for examples alone. */
  readonly rejudge?: boolean;
  readonly signal?: AbortSignal;
  readonly onProgress?: (rows: number) => void;
  /** Rows that a killed run may have to measure again; 2,048 if absent. */
  readonly partRows?: number;
  /** Writes the kept samples as a data set, in any form that `writeData` knows. */
  readonly write?: { readonly path: string } & Omit<WriteDataOptions, "onDrop" | "signal" | "onProgress">;
  /** What the report says of the run besides its result. */
  readonly report?: { readonly command: string; readonly machine: Facts };
}

/** What became of the data. */
export interface Curated {
  /** Samples of the data, those that could not be read as samples included; `kept` and `dropped` together. */
  readonly in: number;
  readonly kept: number;
  readonly dropped: number;
  /** Samples that were measured now, not in an earlier run. */
  readonly measured: number;
  /** The first stage, `read`, is what the reader of the data left out. */
  readonly funnel: readonly FunnelStage[];
  /** Samples written, if they were to be; fewer than `kept` where a picture could not be read. */
  readonly written?: number;
}

/**
 * Runs a plan over a data set: measures every sample once, lets the rules judge the table of scores, and writes into `out`
 * `scores/part-*.parquet` and `set-scores/*.parquet` (a row a sample), `verdicts.parquet`, `kept.txt` (keys), `funnel.json` and `report.html`.
 *
 * A run that was killed or stopped goes on where it was, with the same result. Where the scores are there already only the judging is done
 * anew, so thresholds can be moved at no cost.
 *
 * @returns `undefined` if `signal` stopped it before the end
 * @throws {InputError} CURATE_DATA_CHANGED, CURATE_NOT_FINISHED, CURATE_SCORER_BROKEN, what `openData` and `writeData` throw
 * @throws {FoveaError} CURATE_RULE_BROKEN, CURATE_COUNT_BROKEN
 */
export async function curate(plan: Plan, options: CurateOptions): Promise<Curated | undefined> {
  const { out, rejudge = false } = options;
  await mkdir(out, { recursive: true });
  const parts = await ScoreParts.open(join(out, "scores"));
  const measured = rejudge ? 0 : await measureData(plan, parts, options);
  if (measured === undefined) return undefined;
  const reading = await readReading(out);
  const keys = await loadKeys(parts);
  const setScores = await SetScores.open(join(out, "set-scores"));
  const { table: load } = new ScoreColumns(parts, keys);
  const tableFor: TableFor = async ({ scorers, setScorers = [] }, alive) => {
    let table = await load(scorers);
    for (const scorer of setScorers) table = table.with(await setScores.columns(scorer, keys, alive, load));
    return table;
  };
  const verdicts = await judge(plan.rules, keys.length, tableFor);
  const funnel = [readStage(reading, keys.length), ...verdicts.funnel];
  const kept = funnel.at(-1)!.kept;
  const dropped = funnel.flatMap((stage) => Object.values(stage.dropped)).reduce((sum, count) => sum + count, 0);
  const result: Curated = { in: funnel[0]!.in, kept, dropped, measured, funnel };
  if (kept + dropped !== result.in)
    throw new FoveaError(
      "CURATE_COUNT_BROKEN",
      plan.name,
      `${kept} kept and ${dropped} dropped are not ${result.in}`,
      "report it",
    );
  await writeVerdicts(out, keys, plan, verdicts);
  await writeAtomic(join(out, "funnel.json"), `${JSON.stringify({ plan: plan.name, ...result }, undefined, 2)}\n`);
  const histograms = await histogramsOf(plan, verdicts, tableFor);
  const chosen = chooseExamples(verdicts);
  const likes = await likesOf(plan, verdicts, chosen, keys, tableFor);
  const samples = openData(options.data, { onDrop: ignore });
  const galleries = await galleriesOf(samples, plan, verdicts, chosen, likes);
  await writeReport(plan, histograms, galleries, result, options);
  return { ...result, ...(options.write && { written: await writeKept(verdicts, options.data, options.write) }) };
}

async function writeReport(
  plan: Plan,
  histograms: readonly StageHistogram[],
  galleries: readonly Gallery[],
  { funnel }: Curated,
  { data, out, report = { command: "", machine: {} } }: CurateOptions,
): Promise<void> {
  const options = Object.fromEntries(
    plan.rules.map(({ id, scorers, setScorers = [] }) => [id, [...scorers, ...setScorers].map(identity)]),
  );
  const page = renderCuration({ plan: plan.name, data, ...report, options, funnel, histograms, galleries });
  await writeAtomic(join(out, "report.html"), page);
}

/** Writes the kept samples. @returns how many were written */
async function writeKept(
  { stages }: Verdicts,
  data: string,
  { path, ...options }: NonNullable<CurateOptions["write"]>,
): Promise<number> {
  const kept = async function* (): AsyncGenerator<Sample> {
    let row = 0;
    for await (const sample of openData(data, { onDrop: ignore })) if (stages[row++] === 0) yield sample;
  };
  return writeData(kept(), path, { ...options, onDrop: ignore });
}

/** What the reader leaves out was counted when the data was measured. */
const ignore = (): void => {};

/** @returns how many samples were measured now; `undefined` if it was stopped */
async function measureData(plan: Plan, parts: ScoreParts, options: CurateOptions): Promise<number | undefined> {
  const { data, out, signal, onProgress, partRows } = options;
  const ledger = new ReadingLedger();
  const measured = await measure(openData(data, { onDrop: ledger.drop }), scorersOf(plan), parts, {
    openPicture,
    ...(partRows !== undefined && { partRows }),
    ...(signal && { signal }),
    ...(onProgress && { onProgress }),
  });
  if (measured.interrupted) return undefined;
  await writeReading(out, ledger.reading(data, measured.rows));
  return measured.scored;
}

const readStage = ({ dropped }: Reading, rows: number): FunnelStage => ({
  stage: "read",
  in: rows + Object.values(dropped).reduce((sum, count) => sum + count, 0),
  kept: rows,
  dropped,
});
