import { InvalidArgumentError, Option, type Command } from "commander";
import { DropLedger } from "../../../data/drop-ledger.ts";
import { openData } from "../../../data/formats/open-data.node.ts";
import { fits, recordKinds, type Fit, type Manifest, type RecordKind } from "../../../data/pack/layout.ts";
import { packSamples } from "../../../data/pack/pack-samples.node.ts";
import { Pack } from "../../../data/pack/pack.node.ts";
import { formatCount } from "../../../eval/scores.ts";
import { Interrupted } from "../../failure.ts";
import { interruptSignal } from "../../interrupt.ts";
import { addJsonOption, wholeNumber, type JsonOption } from "../../options.ts";
import { print, printJson, showProgress } from "../../terminal.ts";

type Colour = readonly [number, number, number];

interface Options extends JsonOption {
  readonly side: number;
  readonly fit: Fit;
  readonly as: RecordKind;
  readonly quality: number;
  readonly background: Colour;
  readonly overwrite?: boolean;
  readonly check?: boolean;
}

/** `fovea data pack`. */
export function define(command: Command): void {
  command
    .argument("<source>", "data set, as for training; with --check, a pack")
    .argument("[pack]", "folder to make")
    .option("--side <pixels>", "width and height of the pictures", wholeNumber, 224)
    .addOption(
      new Option("--fit <fit>", "crop, stretch, add borders, or keep the shape").choices(fits).default("cover"),
    )
    .addOption(new Option("--as <records>", "pixels, or JPEG files").choices(recordKinds).default("raw"))
    .option("--quality <n>", "of JPEG files, 1 to 100", quality, 90)
    .addOption(
      new Option("--background <colour>", "under transparent pixels and of borders, as #rrggbb")
        .argParser(colour)
        .default([255, 255, 255], "#ffffff"),
    )
    .option("--overwrite", "replace a pack that is there")
    .option("--check", "read all of a pack and compare every checksum")
    .addHelpText(
      "after",
      `
Decodes pictures once, at the size that training needs. Raw records take 3 bytes a pixel and are read as fast as memory
is copied; JPEG files are some ten times smaller. With --fit inside (JPEG files only), --side is the longer side at most.
The folder appears when it is whole. Pictures that cannot be read are left out, counted and named.

Example:
  $ fovea data pack ~/pairs.csv pairs-224
  $ fovea data pack ~/pairs.csv pairs-512 --as jpeg --fit inside --side 512
  $ fovea data pack --check pairs-224`,
    )
    .action((source: string, pack: string | undefined, options: Options) => run(source, pack, options, command));
  addJsonOption(command);
}

async function run(source: string, folder: string | undefined, options: Options, command: Command): Promise<void> {
  if (options.check) return check(source, options);
  if (folder === undefined) command.error("error: name the folder to make");
  const { as: records, json = false, ...rest } = options;
  const signal = interruptSignal();
  const progress = showProgress("pack", "pictures", json);
  const ledger = new DropLedger({
    maxShare: 1,
    onNew: ({ key, reason }) => progress.note(`left out ${key}: ${reason}`),
  });
  try {
    const manifest = await packSamples((onDrop) => openData(source, { onDrop }), folder, {
      ...rest,
      records,
      signal,
      onDrop: ledger.drop,
      onProgress: (packed) => progress.update(packed, { items: packed }),
    });
    progress.done();
    report(folder, manifest, json);
  } catch (error) {
    progress.done();
    if (signal.aborted) throw new Interrupted("interrupted: nothing of the pack stays");
    throw error;
  }
}

function report(folder: string, manifest: Manifest, json: boolean): void {
  const { count, width, height, records, images, dropped } = manifest;
  if (json) return printJson({ pack: folder, count, records, width, height, bytes: images, dropped });
  const left = Object.entries(dropped)
    .map(([reason, number]) => `${formatCount(number)} ${reason}`)
    .join(", ");
  print(
    `${folder}: ${formatCount(count)} pictures of ${manifest.fit === "inside" ? "at most " : ""}${width} x ${height} px, ` +
      `${records === "raw" ? "raw" : "JPEG"}, ${formatBytes(images)}${left === "" ? "" : `; left out: ${left}`}`,
  );
}

async function check(folder: string, { json = false }: Options): Promise<void> {
  const pack = await Pack.open(folder);
  const progress = showProgress("check", "samples", json, pack.count);
  try {
    await pack.verify((done) => progress.update(done, { items: done }));
  } finally {
    progress.done();
    pack.close();
  }
  if (json) printJson({ pack: folder, count: pack.count, whole: true });
  else print(`${folder}: ${formatCount(pack.count)} samples, all as they were packed`);
}

const formatBytes = (bytes: number): string =>
  bytes < 1e6 ? `${formatCount(Math.ceil(bytes / 1e3))} kB` : `${formatCount(Math.round(bytes / 1e6))} MB`;

function quality(text: string): number {
  const number = wholeNumber(text);
  if (number > 100) throw new InvalidArgumentError("It is above 100.");
  return number;
}

function colour(text: string): Colour {
  const [, red, green, blue] = /^#([0-9a-f]{2})([0-9a-f]{2})([0-9a-f]{2})$/i.exec(text) ?? [];
  if (red === undefined || green === undefined || blue === undefined)
    throw new InvalidArgumentError("It is no colour such as #ffffff.");
  return [Number.parseInt(red, 16), Number.parseInt(green, 16), Number.parseInt(blue, 16)];
}
