import type { Command } from "commander";
import {
  documentsFromPages,
  documentsFromTexts,
  type BuildDocumentsOptions,
} from "../../../curate/documents/build-documents.node.ts";
import { obelicsText } from "../../../curate/documents/text-filter.ts";
import { readWords } from "../../../curate/concepts/word-list.node.ts";
import { isTextTable } from "../../../curate/documents/text-rows.node.ts";
import { writeDocuments } from "../../../data/formats/documents/write-documents.node.ts";
import { DropCounts } from "../../../data/formats/drop-counts.ts";
import { formatCount } from "../../../eval/scores.ts";
import { Interrupted } from "../../failure.ts";
import { interruptSignal } from "../../interrupt.ts";
import {
  addJsonOption,
  addModelOptions,
  openModel,
  positiveNumber,
  type JsonOption,
  type ModelOptions,
} from "../../options.ts";
import { print, printJson, showProgress } from "../../terminal.ts";
import { dropLines } from "./convert.ts";

interface Options extends ModelOptions, JsonOption {
  readonly similarity?: boolean;
  readonly minSimilarity: number;
  readonly minQuality?: number;
  readonly language: string;
  readonly flaggedWords?: string;
  readonly overwrite?: boolean;
}

/** `fovea data documents`. */
export function define(command: Command): void {
  command
    .argument("<source>", "folder of .html files, one such file, or .jsonl")
    .argument("<destination>", "file to write: .parquet as OBELICS, .jsonl as MMC4")
    .option("--language <code>", "keep pages in this language, or all", "en")
    .option("--flagged-words <file>", "leave paragraphs and documents out with more than 1 % of these words")
    .option("--similarity", "let a model say how well pictures and texts of pages fit: part of the quality")
    .option("--min-similarity <n>", "leave pictures of texts out that fit no sentence", positiveNumber, 0.15)
    .option("--min-quality <n>", "leave documents of less quality out (0 to 1)", positiveNumber)
    .option("--overwrite", "replace what is at the destination")
    .addHelpText(
      "after",
      `
Web pages become documents by the rules of OBELICS: their paragraphs and pictures in order, without navigation, adverts,
logos, boilerplate and pages that are there twice. Pictures are those that stand beside the pages; of others the address
is kept. Lines of .jsonl have html and url; or text (or sentences) and images: then each picture is assigned to a
sentence by a model's similarities, optimally, as in MMC4. Every document gets a quality, and what it is made of.

Examples:
  $ fovea data documents saved-pages documents.parquet
  $ fovea data documents articles.jsonl documents.jsonl --model openai/clip-vit-base-patch32`,
    )
    .action(run);
  addJsonOption(addModelOptions(command));
}

async function run(source: string, destination: string, options: Options): Promise<void> {
  const { language, flaggedWords, similarity, minSimilarity, minQuality, overwrite = false, json = false } = options;
  const signal = interruptSignal();
  const [dropped, removed] = [new DropCounts(), new DropCounts()];
  const assigns = await isTextTable(source);
  await using embedder = assigns || similarity ? await openModel(options) : undefined;
  const building: BuildDocumentsOptions = {
    onDrop: dropped.add,
    onRemoved: (reason) => removed.add("", reason),
    ...(language !== "all" && { language }),
    ...(flaggedWords !== undefined && { text: { ...obelicsText, flagged: await readWords(flaggedWords) } }),
    ...(minQuality !== undefined && { minQuality }),
    ...(embedder !== undefined && { embedder }),
  };
  const documents =
    assigns && embedder !== undefined
      ? documentsFromTexts(source, { ...building, embedder, minSimilarity })
      : documentsFromPages(source, building);
  const progress = showProgress("documents", "documents", json);
  try {
    const written = await writeDocuments(documents, destination, {
      overwrite,
      signal,
      onDrop: dropped.add,
      onProgress: (count) => progress.update(count, { items: count }),
    });
    progress.done();
    const parts = removed.list().map(({ reason, count }) => ({ reason, count }));
    if (json) printJson({ destination, written, dropped: dropped.total, drops: dropped.list(), removedParts: parts });
    else
      print(
        `${destination}: ${formatCount(written)} documents`,
        ...dropLines(dropped.list()),
        ...parts.map(({ reason, count }) => `removed from pages ${formatCount(count)} ${reason}`),
      );
  } catch (error) {
    dropLines(dropped.list()).forEach((line) => progress.note(line));
    progress.done();
    if (signal.aborted) throw new Interrupted("interrupted: nothing was left at the destination");
    throw error;
  }
}
