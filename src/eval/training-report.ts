import * as z from "zod";
import type { ModelShape } from "./model-shape.ts";
import type { TrainingMetrics } from "../train/metrics.ts";
import { machineFacts, type RunRecord } from "../train/run-record.ts";
import type { Chart } from "./report/chart.ts";
import type { DroppedSample, RunFile } from "./report/files.ts";
import type { SimilarityMatrix } from "./report/matrix.ts";
import type { NearestPictures } from "./report/nearest.ts";
import type { Report } from "./report/report.ts";
import type { ScoreTable } from "./scores.ts";

/** What a training run left, and what its model scored. */
export interface TrainingReportInput {
  readonly record: RunRecord;
  /** What was trained: the recipe's own model if absent. */
  readonly model?: ModelShape;
  readonly metrics: TrainingMetrics;
  readonly scores: ScoreTable;
  readonly similarity?: SimilarityMatrix;
  readonly nearest: readonly NearestPictures[];
  readonly files: readonly RunFile[];
  readonly dropped: readonly DroppedSample[];
}

/** The report of a training run. */
export function trainingReport({ record, model, metrics, scores, ...rest }: TrainingReportInput): Report {
  const { machine, version, threads, started, step, seconds } = record;
  const recipe = { ...record.recipe, ...(model && { model }) };
  const { pictures: seen } = batchOf(record);
  return {
    title: recipe.name,
    summary: `${recipe.model.family === "clip" ? "CLIP" : "SigLIP"} trained for ${step} steps of ${seen} pictures in ${Math.round(seconds)} s${scores.length > 0 ? ", and scored on pictures that it never saw" : ""}.`,
    command: record.command,
    config: recipe,
    machine: { ...machineFacts(machine), threads, fovea: version, started, "training seconds": Math.round(seconds) },
    charts: charts(metrics, seen),
    scores,
    ...rest,
    remarks: metrics.remarks.map(({ level, message, action, step: at }) => ({
      level,
      text: message,
      action,
      step: at,
    })),
  };
}

const batchOf = ({ recipe: { batch } }: RunRecord): { pictures: number } => ({
  pictures: batch.concepts * batch.views,
});

function charts({ steps, validation }: TrainingMetrics, pictures: number): Chart[] {
  const curve = (name: string, of: (at: TrainingMetrics["steps"][number]) => number | undefined) => ({
    name,
    points: steps.flatMap((at) => {
      const value = of(at);
      return value === undefined ? [] : [[at.step, value] as const];
    }),
  });
  return [
    {
      title: "Loss",
      unit: "nats",
      curves: [
        curve("training", ({ loss }) => loss),
        { name: "validation", points: validation.map(({ step, validationLoss }) => [step, validationLoss] as const) },
      ],
    },
    {
      title: "Parts of the loss",
      unit: "nats",
      curves: [
        curve("pictures and texts", ({ cross_loss: loss }) => loss),
        curve("pictures of one concept", ({ image_loss: loss }) => loss),
      ],
    },
    { title: "Variance of the pictures' embeddings", curves: [curve("spread", ({ spread }) => spread)] },
    { title: "Directions in which they vary", curves: [curve("rank", ({ rank }) => rank)] },
    { title: "Gradient norm", scale: "log", curves: [curve("norm", ({ gradNorm }) => gradNorm)] },
    { title: "Factor on similarities", curves: [curve("scale", ({ scale }) => scale)] },
    { title: "Learning rate", curves: [curve("rate", ({ lr }) => lr)] },
    { title: "Speed", unit: "pictures/s", curves: [curve("speed", ({ took }) => (1000 * pictures) / took)] },
  ];
}

const DroppedLine = z
  .object({ key: z.string(), reason: z.string() })
  .transform(({ key, reason }) => ({ source: key, reason }));

/** Reads `dropped.jsonl`. */
export const readDropped = (text: string): DroppedSample[] =>
  text
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => DroppedLine.parse(JSON.parse(line)));
