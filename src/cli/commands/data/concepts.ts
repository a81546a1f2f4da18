import { basename } from "node:path";
import type { Command } from "commander";
import { auditConcepts } from "../../../curate/concepts/audit-data.node.ts";
import type { ConceptReport } from "../../../curate/concepts/concept-audit.ts";
import { conceptPage } from "../../../curate/concepts/concept-page.ts";
import { DropLedger } from "../../../data/drop-ledger.ts";
import { formatCount } from "../../../eval/scores.ts";
import { writeAtomic } from "../../../platform/node/files.ts";
import { addJsonOption, wholeNumber, type JsonOption } from "../../options.ts";
import { print, printJson, showProgress } from "../../terminal.ts";

interface Options extends JsonOption {
  readonly concepts?: string;
  readonly evaluation?: string;
  readonly tail: number;
  readonly top: number;
  readonly html?: string;
}

/** `fovea data concepts`. */
export function define(command: Command): void {
  command
    .argument("<source>", "data set, as for training")
    .option("--concepts <file>", "look for these, one to a line, instead of WordNet's nouns")
    .option("--evaluation <file>", "concepts that the data should show, e.g. the classes of a benchmark")
    .option("--tail <samples>", "samples that a concept of the long tail has at most", wholeNumber, 10)
    .option("--top <n>", "length of the printed lists", wholeNumber, 15)
    .option("--html <file>", "write the whole report as a page")
    .addHelpText(
      "after",
      `
Counts the concepts that captions mention, each once for a sample: how unevenly they are spread (Gini, entropy), how long
the tail is, and which concepts of an evaluation no sample shows. Lists hold one concept to a line, its names parted by
commas; a WordNet id may stand before them, as in ImageNet's LOC_synset_mapping.txt.

Example:
  $ fovea data concepts pairs.csv
  $ fovea data concepts "shards/{00000..00127}.tar" --evaluation imagenet-classes.txt --html concepts.html`,
    )
    .action(run);
  addJsonOption(command);
}

async function run(source: string, { json = false, html, top, tail, concepts, evaluation }: Options): Promise<void> {
  const progress = showProgress("concepts", "samples", json);
  const ledger = new DropLedger({
    maxShare: 1,
    onNew: ({ key, reason }) => progress.note(`left out ${key}: ${reason}`),
  });
  let report: ConceptReport;
  try {
    report = await auditConcepts(source, {
      ...(concepts !== undefined && { concepts }),
      ...(evaluation !== undefined && { evaluation }),
      tailLimit: tail,
      onDrop: ledger.drop,
      onSample: (samples) => progress.update(samples, { items: samples }),
    });
  } finally {
    progress.done();
  }
  if (html !== undefined) await writeAtomic(html, conceptPage(report, basename(source)));
  if (json) printJson({ source, ...report });
  else print(...lines(report, top), ...(html === undefined ? [] : [`wrote ${html}`]));
}

function lines(report: ConceptReport, top: number): string[] {
  const { samples, mentioned, concepts, withoutConcept, imbalance, tail, tailLimit, evaluation } = report;
  const percent = (count: number, of: number): string => `${((count / Math.max(1, of)) * 100).toFixed(1)} %`;
  const missing = evaluation.filter(({ orNarrower }) => orNarrower === 0).map(({ concept }) => concept);
  const shortened = (names: readonly string[]): string =>
    names.slice(0, top).join(", ") + (names.length > top ? `, and ${formatCount(names.length - top)} more` : "");
  return [
    `${formatCount(samples)} samples mention ${formatCount(mentioned)} of ${formatCount(concepts)} concepts; ${percent(withoutConcept, samples)} mention none`,
    `Gini ${imbalance.gini.toFixed(3)}, entropy ${imbalance.entropyBits.toFixed(2)} bits (as ${formatCount(Math.round(imbalance.effectiveConcepts))} equally frequent concepts)`,
    `long tail (at most ${tailLimit} samples): ${formatCount(tail)} concepts, ${percent(tail, mentioned)}`,
    `most frequent: ${shortened(report.counts.map((count) => `${count.concept} ${formatCount(count.samples)}`))}`,
    ...(report.neverMentioned.length > 0
      ? [`never mentioned: ${formatCount(report.neverMentioned.length)}: ${shortened(report.neverMentioned)}`]
      : []),
    ...(evaluation.length > 0
      ? [
          `evaluation: ${formatCount(missing.length)} of ${formatCount(evaluation.length)} concepts are never shown${missing.length > 0 ? `: ${shortened(missing)}` : ""}`,
        ]
      : []),
  ];
}
