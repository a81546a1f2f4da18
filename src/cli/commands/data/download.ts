import { InvalidArgumentError, Option, type Command } from "commander";
import { downloadImages } from "../../../data/download/download-images.node.ts";
import type { DownloadReport } from "../../../data/download/download-run.node.ts";
import { optOutSignals, type OptOutSignal } from "../../../data/download/opt-out.ts";
import { failureReasons, isRowStatus } from "../../../data/download/outcome.ts";
import { resizeModes } from "../../../data/download/resize-plan.ts";
import {
  duplicateRules,
  outputFormats,
  pictureEncodings,
  type DownloadSettingsInput,
} from "../../../data/download/settings.ts";
import { userAgent } from "../../../data/download/user-agent.node.ts";
import { alignColumns } from "../../../eval/columns.ts";
import { formatCount } from "../../../eval/scores.ts";
import { Interrupted, Unmet } from "../../failure.ts";
import { interruptSignal } from "../../interrupt.ts";
import { addJsonOption, collect, positiveNumber, wholeNumber, type JsonOption } from "../../options.ts";
import { print, printJson, showProgress } from "../../terminal.ts";

type Settings = Omit<DownloadSettingsInput, "timeout" | "maxBytes" | "optOut">;

interface Options extends Settings, JsonOption {
  readonly timeout: number;
  readonly maxMegabytes: number;
  readonly ignoreOptOut?: true | readonly OptOutSignal[];
  readonly concurrency: number;
  readonly perHost: number;
  readonly allowNetwork?: readonly string[];
  readonly contact?: string;
}

/** `fovea data download`. */
export function define(command: Command): void {
  const choice = (flags: string, what: string, choices: readonly string[], unset: string): Option =>
    new Option(flags, what).choices(choices).default(unset);
  command
    .argument("<list>", "addresses: .txt (one a line), .csv, .tsv, .jsonl or .parquet, or a folder of such files")
    .argument("<out>", "folder of shards; if they are not all there, the download goes on")
    .addOption(choice("-o, --output <kind>", "tar shards, a folder a shard, or Parquet", outputFormats, "webdataset"))
    .option("--rows-per-shard <n>", "rows of the list that make a shard", wholeNumber, 10_000)
    .option("--url-column <name>", "column of addresses (url and other usual names)")
    .option("--caption-column <name>", "column of captions (caption, text and other usual names)")
    .option("--hash-column <name>", "column of MD5, SHA-1 or SHA-256: other files are refused")
    .addOption(choice("--resize <how>", "how pictures are shrunk; none is enlarged", resizeModes, "keep_ratio"))
    .option("--size <pixels>", "side to shrink to", wholeNumber, 256)
    .addOption(choice("--encoding <format>", "how pictures are kept", pictureEncodings, "jpeg"))
    .option("--quality <n>", "of JPEG and WebP, 1 to 100", wholeNumber, 95)
    .option("--min-side <pixels>", "refuse pictures with a shorter side", wholeNumber, 1)
    .option("--max-aspect <ratio>", "refuse pictures that are longer, by long to short side", positiveNumber, 1000)
    .option("--max-pixels <n>", "refuse pictures with more pixels", wholeNumber, 2 ** 27)
    .option("--max-megabytes <n>", "refuse larger files, as sent and as unpacked", positiveNumber, 50)
    .addOption(choice("--duplicates <rule>", "keep, or take an address or a file once", duplicateRules, "keep"))
    .option("--concurrency <n>", "files at once", wholeNumber, 64)
    .option("--per-host <n>", "files at once of one host", wholeNumber, 4)
    .option("--timeout <seconds>", "for the whole of an attempt", positiveNumber, 10)
    .option("--retries <n>", "further attempts after a failure that may pass", count, 2)
    .option("--max-redirects <n>", "redirects to follow", count, 5)
    .option("--allow-network <network>", "a private network to go to, as 10.1.0.0/16; repeatable", collect)
    .option("--contact <url>", "where server owners find out who asks and why; goes into the user agent")
    .option(
      "--ignore-opt-out [signals]",
      `take what publishers reserve: by all signals, or some of ${optOutSignals.join(",")}`,
      signals,
    )
    .addHelpText(
      "after",
      `
Writes NNNNN.tar, NNNNN.parquet (the status of every row) and NNNNN_stats.json, as img2dataset does. Ctrl-C or a crash
costs the unfinished shards; the same command goes on. Pictures whose publishers reserve them (noai, noindex and kin in
X-Robots-Tag, tdm-reservation, Content-Usage) are left out, and private addresses are not connected to. Pictures are
kept upright, in sRGB, without EXIF data.

Example:
  $ fovea data download urls.parquet pairs --contact https://example.org/our-crawl
  $ fovea data download laion.tsv pairs --resize keep_ratio_largest --size 512 --min-side 64 --max-aspect 3
  $ fovea data inspect pairs`,
    )
    .action(run);
  addJsonOption(command);
}

async function run(list: string, out: string, options: Options): Promise<void> {
  const { json = false, timeout, maxMegabytes, ignoreOptOut = [], allowNetwork, contact, ...rest } = options;
  const ignored = ignoreOptOut === true ? optOutSignals : ignoreOptOut;
  const signal = interruptSignal();
  const progress = showProgress("download", "rows", json);
  try {
    const report = await downloadImages(list, {
      ...rest,
      out,
      timeout: Math.ceil(timeout * 1000),
      maxBytes: Math.ceil(maxMegabytes * 1e6),
      optOut: optOutSignals.filter((name) => !ignored.includes(name)),
      allowNetworks: allowNetwork ?? [],
      userAgent: userAgent(contact),
      signal,
      onProgress: ({ rows, pictures }) => progress.update(rows, { items: rows, values: { pictures } }),
    });
    progress.done();
    if (json) printJson({ out, ...report });
    else print(...describe(out, report));
    if (report.interrupted) throw new Interrupted("interrupted: run the same command again to go on");
    if (report.rows > 0 && report.successes === 0) throw new Unmet("no picture came");
  } finally {
    progress.done();
  }
}

function describe(out: string, report: DownloadReport): string[] {
  const { rows, successes, statuses, malformed, bytes, shards, shardsBefore } = report;
  const meaning = (status: string): string =>
    isRowStatus(status) && status !== "success" ? failureReasons[status] : "";
  const table = alignColumns(
    Object.entries(statuses).map(([status, count]) => [
      status,
      formatCount(count),
      `${((100 * count) / rows).toFixed(1)} %`,
      meaning(status),
    ]),
    ["left", "right", "right", "left"],
  );
  const before = shardsBefore === 0 ? "" : `, ${formatCount(shardsBefore)} of them from before`;
  return [
    `${out}: ${formatCount(successes)} pictures of ${formatCount(rows)} rows, ${(bytes / 1e6).toFixed(1)} MB fetched, ` +
      `${formatCount(shards)} ${shards === 1 ? "shard" : "shards"}${before}`,
    ...(malformed === 0 ? [] : [`${formatCount(malformed)} lines of the list are no rows`]),
    "",
    ...table,
  ];
}

/** Parses a whole number, 0 included. */
function count(text: string): number {
  if (/^\d+$/.test(text)) return Number(text);
  throw new InvalidArgumentError("It is no whole number.");
}

/** Parses names of opt-out signals. */
function signals(text: string): readonly OptOutSignal[] {
  return text.split(",").map((name) => {
    const signal = optOutSignals.find((known) => known === name.trim());
    if (signal !== undefined) return signal;
    throw new InvalidArgumentError(`${JSON.stringify(name)} is none of ${optOutSignals.join(", ")}.`);
  });
}
