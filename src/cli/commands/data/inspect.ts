import type { Command } from "commander";
import { inspectData } from "../../../data/inspect/inspect-data.node.ts";
import { inspectDocuments, isOfDocuments } from "../../../data/inspect/inspect-documents.node.ts";
import type { DocumentInspection, Inspection } from "../../../data/inspect/inspection.ts";
import { documentPage } from "../../../eval/inspection/document-page.ts";
import { documentText } from "../../../eval/inspection/document-text.ts";
import { inspectionPage } from "../../../eval/inspection/inspection-page.ts";
import { inspectionText } from "../../../eval/inspection/inspection-text.ts";
import { writeAtomic } from "../../../platform/node/files.ts";
import { Interrupted } from "../../failure.ts";
import { interruptSignal } from "../../interrupt.ts";
import { addJsonOption, wholeNumber, type JsonOption } from "../../options.ts";
import { print, printJson, showProgress } from "../../terminal.ts";

interface Options extends JsonOption {
  readonly html?: string;
  readonly images?: string;
  readonly limit?: number;
  readonly examples?: number;
}

/** `fovea data inspect`. */
export function define(command: Command): void {
  command
    .argument("<source>", "folder, file, web address, or shards with braces: {00000..00127}.tar")
    .option("--html <file>", "write a page with pictures, too")
    .option("--images <folder>", "where the pictures are that the source names")
    .option("--limit <n>", "stop after this many samples", wholeNumber)
    .option("--examples <n>", "examples to draw at random (12)", wholeNumber)
    .addHelpText(
      "after",
      `
Counts, sizes, caption lengths, languages (given, else guessed), repeated captions, what was left out, and
examples. Reads the headers of pictures, and of no picture more. Interleaved documents (OBELICS, MMC4) are known by
their first row: pictures and texts of a document, their lengths, and examples.

Examples:
  $ fovea data inspect ~/Pictures
  $ fovea data inspect pairs.parquet --html pairs.html
  $ fovea data inspect documents.parquet --html documents.html`,
    )
    .action(run);
  addJsonOption(command);
}

async function run(source: string, { html, json = false, ...options }: Options): Promise<void> {
  const signal = interruptSignal();
  const isDocuments = await isOfDocuments(source);
  const progress = showProgress("inspect", isDocuments ? "documents" : "samples", json);
  try {
    const onProgress = (count: number): void => progress.update(count, { items: count });
    const found = await (isDocuments ? inspectDocuments : inspectData)(source, { ...options, signal, onProgress });
    progress.done();
    if (html !== undefined) await writeAtomic(html, "documents" in found ? documentPage(found) : inspectionPage(found));
    if (json) printJson(withoutThumbnails(found));
    else
      print(
        ...("documents" in found ? documentText(found) : inspectionText(found)),
        ...(html === undefined ? [] : ["", `page: ${html}`]),
      );
  } catch (error) {
    progress.done();
    if (signal.aborted) throw new Interrupted("interrupted");
    throw error;
  }
}

/** What is found, without pictures. */
const withoutThumbnails = (found: Inspection | DocumentInspection): unknown =>
  JSON.parse(JSON.stringify(found, (name, value: unknown) => (name === "thumbnail" ? undefined : value)));
