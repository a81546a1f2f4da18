import { resolve } from "node:path";
import type { Command } from "commander";
import { isUrl } from "../../data/formats/byte-stream.node.ts";
import { formatCount } from "../../eval/scores.ts";
import { isFolder } from "../../io/hub/cache.node.ts";
import { FoveaError } from "../../platform/error.ts";
import { defaultGraphFrom, indexData } from "../../search/build-index.node.ts";
import { indexName } from "../../search/index-format.ts";
import { findIndex } from "../../search/picture-index.node.ts";
import { Interrupted } from "../failure.ts";
import { interruptSignal } from "../interrupt.ts";
import {
  addJsonOption,
  addModelOptions,
  openModel,
  wholeNumber,
  type JsonOption,
  type ModelOptions,
} from "../options.ts";
import type { Progress } from "../progress.ts";
import { print, printJson, showProgress } from "../terminal.ts";

interface Options extends ModelOptions, JsonOption {
  readonly out?: string;
  readonly images?: string;
  readonly float32?: boolean;
  readonly graphFrom?: number;
  readonly graph: boolean;
}

/** `fovea index`. */
export function define(command: Command): void {
  command
    .argument("<source>", "folder of pictures, subfolders included, or a data set: CSV, JSONL, shards, Parquet")
    .option("-o, --out <folder>", `the index (FOLDER/${indexName}, or FILE${indexName})`)
    .option("--images <folder>", "where the pictures are that a table names; beside it if absent")
    .option("--float32", "keep vectors in full precision: twice the size; half is exact to about 0.0005")
    .option(
      "--graph-from <n>",
      `pictures from which on a graph for approximate search is made (${formatCount(defaultGraphFrom)})`,
      wholeNumber,
    )
    .option("--no-graph", "make none")
    .addHelpText(
      "after",
      `
Run it again after adding, changing or moving pictures: only what is new is embedded. Ctrl-C, or a crash, keeps what is done.
An index is a folder of Parquet files: key, caption, size, date, metadata and embedding, for DuckDB, pandas and kin to read.

Example:
  $ fovea index ~/Pictures
  $ fovea search ~/Pictures "a dog on a beach"
  $ fovea index products.csv --images photos --out products.index`,
    )
    .action(run);
  addJsonOption(addModelOptions(command));
}

async function run(
  source: string,
  { float32, graph, graphFrom, images, json = false, ...options }: Options,
): Promise<void> {
  const out = resolve(options.out ?? (isUrl(source) ? indexName : await findIndex(source)));
  await using embedder = await openModel(options);
  const signal = interruptSignal();
  let progress: Progress | undefined;
  let graphProgress: Progress | undefined;
  const unreadable: string[] = [];
  const {
    interrupted,
    hasGraph,
    failed: _,
    ...counts
  } = await indexData(source, embedder, {
    out,
    model: (await isFolder(options.model)) ? resolve(options.model) : options.model,
    ...(images !== undefined && { images }),
    ...(float32 && { dtype: "float32" }),
    ...(graph ? graphFrom !== undefined && { graphFrom } : { graphFrom: Infinity }),
    signal,
    onProgress: (done, total) => {
      progress ??= showProgress("index", "pictures", json, total);
      progress.update(done, { items: done });
    },
    onGraph: (rows, total) => {
      graphProgress ??= showProgress("graph", "rows", json, total);
      graphProgress.update(rows, { items: rows });
    },
    onFailure: (key, error) => {
      unreadable.push(key);
      progress?.note(`skipped ${key}: ${error instanceof FoveaError ? error.found : String(error)}`);
    },
  });
  progress?.done();
  graphProgress?.done();
  const { pictures, embedded, kept, updated, removed } = counts;
  if (json) printJson({ index: out, ...counts, unreadable, hasGraph, interrupted });
  else {
    const parts = [
      `${formatCount(embedded)} new`,
      `${formatCount(kept)} unchanged`,
      ...(updated > 0 ? [`${formatCount(updated)} moved or described anew`] : []),
      `${formatCount(removed)} gone`,
      `${formatCount(unreadable.length)} unreadable`,
    ];
    print(`${out}: ${formatCount(pictures)} pictures (${parts.join(", ")})`);
  }
  if (interrupted) throw new Interrupted("interrupted: run the same command again to go on");
}
