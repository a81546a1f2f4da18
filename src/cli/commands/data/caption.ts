import { Option, type Command } from "commander";
import { apiKey } from "../../../curate/captions/api-key.node.ts";
import { defaultPrompt, endpointCaptioner } from "../../../curate/captions/endpoint-captioner.ts";
import type { MixPolicy } from "../../../curate/captions/mix-captions.ts";
import { recaption } from "../../../curate/captions/recaption.node.ts";
import { dataFormats, destinationOf, type DataFormat } from "../../../data/formats/data-format.ts";
import { formatCount } from "../../../eval/scores.ts";
import { Interrupted } from "../../failure.ts";
import { interruptSignal } from "../../interrupt.ts";
import {
  addJsonOption,
  addModelOptions,
  openModel,
  positiveNumber,
  wholeNumber,
  type JsonOption,
  type ModelOptions,
} from "../../options.ts";
import { print, printJson, showProgress } from "../../terminal.ts";
import { dropLines } from "./convert.ts";

interface Options extends ModelOptions, JsonOption {
  readonly endpoint: string;
  readonly captioner: string;
  readonly prompt: string;
  readonly captions?: number;
  readonly maxTokens?: number;
  readonly temperature?: number;
  readonly concurrency?: number;
  readonly timeout: number;
  readonly keep: MixPolicy["keep"];
  readonly rawFrom: number;
  readonly minScore?: number;
  readonly images?: string;
  readonly format?: DataFormat;
  readonly limit?: number;
  readonly overwrite?: boolean;
}

/** `fovea data caption`. */
export function define(command: Command): void {
  const policies: readonly MixPolicy["keep"][] = ["all", "raw", "synthetic", "by-score", "best"];
  command
    .argument("<source>", "folder, file or shards, as for fovea data convert")
    .argument("<destination>", "file (.csv .tsv .jsonl .json .tar .parquet) or folder to write")
    .requiredOption("--endpoint <url>", "OpenAI-compatible server, up to /v1: http://localhost:11434/v1")
    .requiredOption("--captioner <name>", "the vision model's name at the server")
    .option("--prompt <text>", "what to ask", defaultPrompt)
    .option("-n, --captions <n>", "captions for each picture (1)", wholeNumber)
    .option("--max-tokens <n>", "of a caption (128)", wholeNumber)
    .option("--temperature <n>", "chance in choosing words (none for one caption, 0.9 for several)", positiveNumber)
    .option("--concurrency <n>", "requests at once (4)", wholeNumber)
    .option("--timeout <seconds>", "for one request", positiveNumber, 60)
    .addOption(new Option("--keep <which>", "captions that stay").choices(policies).default("all"))
    .option("--raw-from <score>", "by-score: keep the data's own caption from this similarity on", positiveNumber, 0.28)
    .option("--min-score <score>", "leave captions out that are less similar to their picture", positiveNumber)
    .option("--images <folder>", "where the pictures are that the source names")
    .addOption(new Option("-f, --format <format>", "form to write (by the ending, else folder)").choices(dataFormats))
    .option("--limit <n>", "stop after this many samples", wholeNumber)
    .option("--overwrite", "replace what is at the destination")
    .addHelpText(
      "after",
      `
Each caption keeps who wrote it (provenance). --min-score with --keep all is CapFilt: one filter for the data's captions
and the model's; --keep by-score mixes as Nguyen et al. do. Scores are those of --model. The server's key is read from
FOVEA_API_KEY; OPENAI_API_KEY goes to OpenAI's own server alone. Stopped or failed, run it again: captions that were got
are not asked for again.

Examples:
  $ fovea data caption ~/Pictures captioned.parquet --endpoint http://localhost:11434/v1 --captioner llava
  $ fovea data caption pairs.csv mixed.jsonl --endpoint http://localhost:8000/v1 --captioner Qwen/Qwen2-VL-2B-Instruct \\
      --keep by-score --raw-from 0.28 --model openai/clip-vit-base-patch32`,
    )
    .action(run);
  addJsonOption(addModelOptions(command));
}

async function run(source: string, path: string, options: Options): Promise<void> {
  const { endpoint, captioner: model, prompt, captions, timeout, keep, rawFrom, minScore, json = false } = options;
  const { maxTokens, temperature, concurrency, images } = options;
  const destination = destinationOf(path, options.format);
  const signal = interruptSignal();
  const key = apiKey(process.env, endpoint);
  const captioner = endpointCaptioner({
    baseUrl: endpoint,
    model,
    prompt,
    timeoutMs: timeout * 1000,
    ...(key !== undefined && { apiKey: key }),
    ...(maxTokens !== undefined && { maxTokens }),
    ...(temperature !== undefined && { temperature }),
    ...(concurrency !== undefined && { concurrency }),
  });
  const looksAtScores = keep === "by-score" || keep === "best" || minScore !== undefined;
  await using embedder = looksAtScores ? await openModel(options) : undefined;
  const progress = showProgress("caption", "samples", json);
  try {
    const { written, captioned, known, drops, failures } = await recaption(source, destination, {
      captioner,
      settings: JSON.stringify({ prompt, maxTokens, temperature }),
      policy: keep === "by-score" ? { keep, rawFrom } : { keep },
      signal,
      onProgress: (count) => progress.update(count, { items: count }),
      ...(embedder !== undefined && { embedder }),
      ...(captions !== undefined && { count: captions }),
      ...(minScore !== undefined && { minScore }),
      ...(images !== undefined && { read: { images } }),
      ...(options.format !== undefined && { format: options.format }),
      ...(options.limit !== undefined && { limit: options.limit }),
      ...(options.overwrite !== undefined && { overwrite: options.overwrite }),
    });
    progress.done();
    if (json) printJson({ destination, written, captioned, known, drops: drops.list(), uncaptioned: failures.list() });
    else
      print(
        `${destination}: ${formatCount(written)} samples (${formatCount(captioned)} pictures captioned` +
          `${known > 0 ? `, ${formatCount(known)} before` : ""})`,
        ...dropLines(drops.list()),
        ...failures.list().map(({ reason, count }) => `without a synthetic caption ${formatCount(count)} ${reason}`),
      );
  } catch (error) {
    progress.done();
    if (signal.aborted) throw new Interrupted("interrupted: run the same command again to go on");
    throw error;
  }
}
