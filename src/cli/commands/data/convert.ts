import { Option, type Command } from "commander";
import { convertData } from "../../../data/formats/convert-data.node.ts";
import { convertDocuments } from "../../../data/formats/documents/convert-documents.node.ts";
import type { DropCount } from "../../../data/formats/drop-counts.ts";
import { dataFormats, destinationOf, formatOf, type DataFormat } from "../../../data/formats/data-format.ts";
import { isUnfinished } from "../../../data/formats/write/open-target.node.ts";
import { formatCount } from "../../../eval/scores.ts";
import { Interrupted } from "../../failure.ts";
import { interruptSignal } from "../../interrupt.ts";
import { addJsonOption, wholeNumber, type JsonOption } from "../../options.ts";
import { print, printJson, showProgress } from "../../terminal.ts";

interface Options extends JsonOption {
  readonly format?: DataFormat;
  readonly shardSize?: number;
  readonly documents?: boolean;
  readonly images?: string;
  readonly captioned?: boolean;
  readonly reference?: boolean;
  readonly maxSide?: number;
  readonly encode?: "jpeg" | "png" | "webp";
  readonly quality?: number;
  readonly limit?: number;
  readonly overwrite?: boolean;
}

/** `fovea data convert`. */
export function define(command: Command): void {
  command
    .argument("<source>", "folder, file, web address, or shards with braces: {00000..00127}.tar")
    .argument("<destination>", "file (.csv .tsv .jsonl .json .tar .parquet) or folder to write")
    .addOption(new Option("-f, --format <format>", "form to write (by the ending, else folder)").choices(dataFormats))
    .option("--shard-size <n>", "samples of a shard, in a folder of shards (10,000)", wholeNumber)
    .option("--images <folder>", "where the pictures are that the source names")
    .option("--documents", "interleaved documents: OBELICS (.parquet) or MMC4 (.jsonl)")
    .option("--captioned", "leave out samples without captions")
    .option("--reference", "tables name pictures where they are, without copies")
    .option("--max-side <pixels>", "reduce larger pictures, and their boxes, to this longer side", wholeNumber)
    .addOption(new Option("--encode <encoding>", "encode every picture again").choices(["jpeg", "png", "webp"]))
    .option("--quality <n>", "of JPEG and WebP, 1 to 100 (90)", wholeNumber)
    .option("--limit <n>", "stop after this many samples", wholeNumber)
    .option("--overwrite", "replace what is at the destination")
    .addHelpText(
      "after",
      `
Reads and writes: folder of pictures with .txt captions, csv, tsv, jsonl, llava (JSON), coco, webdataset,
parquet (Hugging Face's layout), img2dataset (Parquet). The destination appears when it is whole. Stopped or killed,
run the same command again: folders of shards go on after the last whole shard, other forms begin anew.
Tables are known by their endings: --format csv writes pairs.csv, whether it is called so or "pairs".
A table called metadata.jsonl, in a folder of its own, is what Hugging Face's ImageFolder loads.
Documents of text and pictures are read with --documents. Damaged shards and rows are left out and
counted, and so are pictures of which JPEG's codes or the ends of PNG and WebP show damage.

Examples:
  $ fovea data convert ~/Pictures pairs.parquet
  $ fovea data convert "shards/{00000..00009}.tar" coco-set --format coco --max-side 512`,
    )
    .action(run);
  addJsonOption(command);
}

async function run(
  source: string,
  path: string,
  { captioned, documents = false, json = false, ...options }: Options,
): Promise<void> {
  const destination = documents ? path : destinationOf(path, options.format);
  const signal = interruptSignal();
  const progress = showProgress("convert", documents ? "documents" : "samples", json);
  try {
    const onProgress = (count: number): void => progress.update(count, { items: count });
    const { written, drops } = documents
      ? await convertDocuments(source, destination, { ...options, signal, onProgress })
      : await convertData(source, destination, { ...options, keepUncaptioned: !captioned, signal, onProgress });
    progress.done();
    const format = documents ? "documents" : (options.format ?? formatOf(destination));
    if (json) printJson({ destination, format, written, dropped: drops.total, drops: drops.list() });
    else
      print(
        `${destination}: ${formatCount(written)} ${documents ? "" : "samples as "}${format}`,
        ...dropLines(drops.list()),
      );
  } catch (error) {
    progress.done();
    if (signal.aborted) throw new Interrupted(await interruption(destination));
    throw error;
  }
}

/** What an interrupted run says. */
export const interruption = async (destination: string): Promise<string> =>
  (await isUnfinished(destination))
    ? "interrupted: whole shards are kept, run the same command again to go on"
    : "interrupted: nothing was left at the destination";

/** What was left out: a line for each reason. */
export const dropLines = (drops: readonly DropCount[]): string[] =>
  drops.map(
    ({ reason, count, examples }) =>
      `left out ${formatCount(count)} ${reason}: ${examples.slice(0, 3).join(", ")}${count > 3 ? ", ..." : ""}`,
  );
