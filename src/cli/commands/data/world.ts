import { Option, type Command } from "commander";
import { dataFormats, destinationOf, type DataFormat } from "../../../data/formats/data-format.ts";
import { contactSheet } from "../../../data/worlds/contact-sheet.ts";
import { openWorld } from "../../../data/worlds/open-world.node.ts";
import { presetNames } from "../../../data/worlds/spec.ts";
import { splitNames } from "../../../data/worlds/split.ts";
import { writeWorld } from "../../../data/worlds/write-world.node.ts";
import type { World } from "../../../data/worlds/world.ts";
import { formatCount } from "../../../eval/scores.ts";
import { writeAtomic } from "../../../platform/node/files.ts";
import { encodePng } from "../../../platform/node/image.ts";
import { Interrupted } from "../../failure.ts";
import { interruptSignal } from "../../interrupt.ts";
import { addJsonOption, dataCache, wholeNumber, type JsonOption } from "../../options.ts";
import { print, printJson, showProgress } from "../../terminal.ts";
import { loadWorld } from "../../worlds.ts";
import { interruption } from "./convert.ts";

interface Options extends JsonOption {
  readonly out?: string;
  readonly count?: number;
  readonly seed?: string;
  readonly split?: string;
  readonly side?: number;
  readonly format?: DataFormat;
  readonly shardSize?: number;
  readonly sheet?: string;
  readonly stamps?: string;
  readonly overwrite?: boolean;
}

/** `fovea data world`. */
export function define(command: Command): void {
  command
    .argument("<spec>", `a world's name (${presetNames.join(", ")}), or a .json or .ts file`)
    .option("-o, --out <path>", "data set to write (SPEC-SPLIT)")
    .option("-n, --count <n>", "scenes, series and clips (1,000)", wholeNumber)
    .option("--seed <n>", "the same seed gives the same world (0)")
    .addOption(new Option("--split <split>", "train, or what a test holds out (train)").choices(splitNames))
    .option("--side <pixels>", "width and height of pictures (128)", wholeNumber)
    .addOption(new Option("-f, --format <format>", "form to write (webdataset)").choices(dataFormats))
    .option("--shard-size <n>", "samples of a shard (10,000)", wholeNumber)
    .option("--sheet <file>", "write a PNG with the first pictures instead, to look at")
    .option("--stamps <folder>", "where the pictures of Debian's tuxpaint-stamps-default are")
    .option("--overwrite", "replace what is at the path")
    .addHelpText(
      "after",
      `
Scenes of emoji, shapes, signs and people with boxes, masks, captions, negatives, questions and answers: all true by
construction, and marked as synthetic. Splits: train, validation; nouns, combinations and styles show in every scene
something that training never does. Stopped or killed, run the same command again: whole shards are kept.

Examples:
  $ fovea data world mixed --sheet look.png
  $ fovea data world pictures --count 20000 --out shards
  $ fovea data world pictures --split combinations --count 2000 --out test
  $ echo '{"kinds": {"counts": 1}, "languages": ["ko"]}' > counts.json && fovea data world counts.json`,
    )
    .action(run);
  addJsonOption(command);
}

async function run(name: string, options: Options): Promise<void> {
  const { json = false, count, seed, split, side } = options;
  const spec = await loadWorld(name, {
    ...(count !== undefined && { count }),
    ...(seed !== undefined && { seed: Number(seed) }),
    ...(split !== undefined && { split }),
    ...(side !== undefined && { side }),
  });
  const drawing = showProgress("draw", "drawings", json);
  const world = await openWorld(spec, {
    cacheDir: dataCache(),
    ...(options.stamps !== undefined && { stamps: options.stamps }),
    onProgress: (done) => drawing.update(done, { items: done }),
  });
  drawing.done();
  await (options.sheet === undefined ? write(world, options) : writeSheet(world, options.sheet, json));
}

async function write(world: World, { json = false, out, format = "webdataset", ...options }: Options): Promise<void> {
  const path = destinationOf(out ?? `${world.spec.name}-${world.spec.split}`, format);
  const signal = interruptSignal();
  const progress = showProgress("world", "samples", json, world.spec.count);
  try {
    const written = await writeWorld(world, path, {
      format,
      ...(options.shardSize !== undefined && { shardSize: options.shardSize }),
      ...(options.overwrite !== undefined && { overwrite: options.overwrite }),
      signal,
      onProgress: (items, samples) => progress.update(items, { items: samples }),
    });
    progress.done();
    if (json) printJson({ path, format, synthetic: true, ...written });
    else
      print(
        `${path}: ${formatCount(written.samples)} synthetic samples as ${format}; how they were made: ${written.card}`,
      );
  } catch (error) {
    progress.done();
    if (signal.aborted) throw new Interrupted(await interruption(path));
    throw error;
  }
}

/** Pictures in a row, and items, of a sheet. */
const [sheetColumns, sheetItems] = [8, 48];

async function writeSheet(world: World, path: string, json: boolean): Promise<void> {
  const items = Array.from({ length: Math.min(sheetItems, world.spec.count) }, (_, index) => world.item(index));
  const single = items.filter((samples) => samples.length === 1 && samples[0]!.frames === undefined).flat();
  const rows = Array.from({ length: Math.ceil(single.length / sheetColumns) }, (_, row) =>
    single.slice(row * sheetColumns, (row + 1) * sheetColumns),
  );
  const others = items.filter((samples) => samples.length > 1 || samples[0]!.frames !== undefined);
  await writeAtomic(path, await encodePng(contactSheet([...rows, ...others], world.spec.side, sheetColumns)));
  const pictures = items.flat().length;
  if (json) printJson({ sheet: path, synthetic: true, samples: pictures });
  else print(`${path}: the first ${formatCount(pictures)} samples`);
}
