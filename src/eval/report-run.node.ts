import { readFile, stat, readdir } from "node:fs/promises";
import { prepareEmoji } from "../data/emoji/prepare.node.ts";
import { fold, key } from "../engine/random.ts";
import { folderReader } from "../io/folder.node.ts";
import { needModelJson } from "../models/model-folder.ts";
import { writeAtomic } from "../platform/node/files.ts";
import { encodePng } from "../platform/node/image.ts";
import { InputError } from "../platform/error.ts";
import { readMetrics } from "../train/metrics.ts";
import type { Recipe } from "../train/recipe.ts";
import type { RunFolder } from "../train/run-folder.node.ts";
import type { RunRecord } from "../train/run-record.ts";
import { emojiNearest, emojiSimilarity } from "./emoji-pictures.ts";
import { evaluateEmoji, type PairEmbedder } from "./evaluate-emoji.ts";
import { shapeOf } from "./model-shape.ts";
import type { RunFile } from "./report/files.ts";
import { renderReport } from "./report/report.ts";
import { renderScores, type ScoreTable } from "./scores.ts";
import { readDropped, trainingReport, type TrainingReportInput } from "./training-report.ts";

/** What the files of a run folder are for. */
const purposes: Readonly<Record<string, string>> = {
  "config.json": "the model's shape, as Hugging Face's CLIPModel reads it",
  "model.safetensors": "its weights",
  "tokenizer.json": "its tokenizer",
  "preprocessor_config.json": "how it wants pictures",
  "run.json": "recipe, command, seed, versions and hardware",
  "metrics.jsonl": "every step's numbers",
  "dropped.jsonl": "samples that were left out, and why",
  checkpoints: "weights and optimizer state, to go on from",
  onnx: "the towers for transformers.js",
};

/** Whether a run's data has a part that is kept for scores. */
export const isScored = ({ data }: Recipe): boolean => data.kind === "emoji";

/**
 * Scores a finished run, where its data has a part that is kept for that, and writes `scores.json` and, last,
 * `report.html` into its folder.
 *
 * @param cacheDir folder of prepared data
 * @throws {InputError} RUN_RECORD_MISSING, and what reading the folder and preparing the data throws
 */
export async function reportRun(folder: RunFolder, embedder: PairEmbedder, cacheDir: string): Promise<ScoreTable> {
  const record = await folder.record();
  if (record === undefined)
    throw new InputError("RUN_RECORD_MISSING", folder.path, "it has no run.json", "give the folder of a training run");
  const findings = isScored(record.recipe) ? await emojiFindings(record, embedder, cacheDir) : undefined;
  const scores = findings?.scores ?? [];
  await writeAtomic(folder.at("scores.json"), renderScores(scores, "json"));
  const { from, model } = record.recipe;
  const report = trainingReport({
    record,
    ...(from !== null && {
      model: await shapeOf(await needModelJson(folderReader(folder.path), "config.json"), model),
    }),
    metrics: readMetrics(await readFile(folder.at("metrics.jsonl"), "utf8")),
    dropped: readDropped(await readFile(folder.at("dropped.jsonl"), "utf8")),
    files: await filesOf(folder),
    nearest: [],
    ...findings,
    scores,
  });
  await writeAtomic(folder.at("report.html"), renderReport(report));
  return scores;
}

/** Scores and pictures of a model on the emoji that it never saw. */
async function emojiFindings(
  { recipe }: RunRecord,
  embedder: PairEmbedder,
  cacheDir: string,
): Promise<Pick<TrainingReportInput, "scores" | "similarity" | "nearest">> {
  const corpus = await prepareEmoji({ cacheDir });
  const random = fold(key(recipe.seed), "evaluation");
  const { table, heldOutStyle } = await evaluateEmoji(corpus, embedder, random);
  return {
    scores: table,
    similarity: await emojiSimilarity(corpus, heldOutStyle, encodePng, random),
    nearest: await emojiNearest(corpus, heldOutStyle, encodePng, random),
  };
}

async function filesOf(folder: RunFolder): Promise<RunFile[]> {
  const entries = await readdir(folder.path, { withFileTypes: true });
  const files = entries.map(async (entry) => {
    const purpose = purposes[entry.name];
    const names = entry.isDirectory() ? await readdir(folder.at(entry.name)) : [""];
    const sizes = await Promise.all(names.map(async (name) => (await stat(folder.at(entry.name, name))).size));
    const bytes = sizes.reduce((sum, size) => sum + size, 0);
    return { path: entry.name + (entry.isDirectory() ? "/" : ""), bytes, ...(purpose && { purpose }) };
  });
  return (await Promise.all(files)).sort((a, b) => a.path.localeCompare(b.path));
}
