import { basename } from "node:path";
import type { Command } from "commander";
import { browseClusters } from "../../../curate/semantic/browse-clusters.node.ts";
import { clusterPage } from "../../../curate/semantic/cluster-page.ts";
import { DropLedger } from "../../../data/drop-ledger.ts";
import { formatCount } from "../../../eval/scores.ts";
import { writeAtomic } from "../../../platform/node/files.ts";
import {
  addJsonOption,
  addModelOptions,
  openModel,
  wholeNumber,
  type JsonOption,
  type ModelOptions,
} from "../../options.ts";
import { print, printJson, showProgress } from "../../terminal.ts";

interface Options extends ModelOptions, JsonOption {
  readonly clusters?: number;
  readonly seed: number;
  readonly html: string;
}

/** `fovea data clusters`. */
export function define(command: Command): void {
  command
    .argument("<source>", "data set, as for training")
    .option("--clusters <n>", "how many (the square root of the number of pictures)", wholeNumber)
    .option("--seed <n>", "of the first centroids", wholeNumber, 1)
    .option("--html <file>", "the page to write", "clusters.html")
    .addHelpText(
      "after",
      `
Groups pictures by what a CLIP or SigLIP sees in them, and writes a page that shows each group's centre, its edge and the
words that set its captions apart. With --json the members of every group are printed too.

Example:
  $ fovea data clusters pairs.csv --clusters 50 --html clusters.html`,
    )
    .action(run);
  addJsonOption(addModelOptions(command));
}

async function run(source: string, options: Options): Promise<void> {
  const { json = false, html, clusters, seed } = options;
  const embedder = await openModel(options);
  const progress = showProgress("clusters", "pictures", json);
  const ledger = new DropLedger({
    maxShare: 1,
    onNew: ({ key, reason }) => progress.note(`left out ${key}: ${reason}`),
  });
  try {
    const found = await browseClusters(source, embedder, {
      seed,
      ...(clusters !== undefined && { clusters }),
      onDrop: ledger.drop,
      onPicture: (pictures) => progress.update(pictures, { items: pictures }),
    });
    await writeAtomic(html, clusterPage(found, basename(source), basename(options.model)));
    progress.done();
    if (json)
      printJson({
        source,
        page: html,
        clusters: found.map(({ size, cohesion, words, keys }) => ({ size, cohesion, words, keys })),
      });
    else print(`${formatCount(found.length)} clusters; wrote ${html}`);
  } finally {
    progress.done();
    await embedder.dispose();
  }
}
