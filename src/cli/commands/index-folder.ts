import { join, resolve } from "node:path";
import type { Command } from "commander";
import { indexFolder, indexName } from "../../eval/index-folder.node.ts";
import { formatCount } from "../../eval/scores.ts";
import { isFolder } from "../../io/hub/cache.node.ts";
import { FoveaError } from "../../platform/error.ts";
import { Interrupted } from "../failure.ts";
import { interruptSignal } from "../interrupt.ts";
import type { Progress } from "../progress.ts";
import { addJsonOption, addModelOptions, openModel, type JsonOption, type ModelOptions } from "../options.ts";
import { print, printJson, showProgress } from "../terminal.ts";

interface Options extends ModelOptions, JsonOption {
  readonly out?: string;
  readonly half?: boolean;
}

/** `fovea index`. */
export function define(command: Command): void {
  command
    .argument("<folder>", "folder of pictures, subfolders included")
    .option("-o, --out <file>", `the index (FOLDER/${indexName})`)
    .option("--half", "keep vectors in half precision: half the size, exact to about 0.0005")
    .addHelpText(
      "after",
      `
Run it again after adding or changing pictures: only those are embedded. Ctrl-C keeps what is done.

Example:
  $ fovea index ~/Pictures
  $ fovea search ~/Pictures "a dog on a beach"`,
    )
    .action(run);
  addJsonOption(addModelOptions(command));
}

async function run(
  folder: string,
  { out = join(folder, indexName), half, json = false, ...options }: Options,
): Promise<void> {
  await using embedder = await openModel(options);
  const signal = interruptSignal();
  let progress: Progress | undefined;
  const unreadable: string[] = [];
  const { index, embedded, kept, removed, interrupted } = await indexFolder(folder, embedder, {
    out,
    model: (await isFolder(options.model)) ? resolve(options.model) : options.model,
    ...(half && { dtype: "float16" }),
    signal,
    onProgress: (done, total) => {
      progress ??= showProgress("index", "pictures", json, total);
      progress.update(done, { items: done });
    },
    onFailure: (path, error) => {
      unreadable.push(path);
      progress?.note(`skipped ${path}: ${error instanceof FoveaError ? error.found : String(error)}`);
    },
  });
  progress?.done();
  const pictures = index.pictures.length;
  if (json) printJson({ index: out, pictures, embedded, kept, removed, unreadable, interrupted });
  else
    print(
      `${out}: ${formatCount(pictures)} pictures ` +
        `(${formatCount(embedded)} new, ${formatCount(kept)} unchanged, ${formatCount(removed)} gone, ${formatCount(unreadable.length)} unreadable)`,
    );
  if (interrupted) throw new Interrupted("interrupted: run the same command again to go on");
}
