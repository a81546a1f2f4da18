import * as z from "zod";
import { Recipe } from "./recipe.ts";

/** What a run was computed on and with. */
export const Machine = z.object({
  processor: z.string(),
  /** Processors that this process may use. */
  processors: z.int().positive(),
  /** GiB. */
  memory: z.number(),
  system: z.string(),
  node: z.string(),
  onnxruntime: z.string(),
});
/** See {@link Machine}. */
export type Machine = z.infer<typeof Machine>;

/** A machine's facts as a report shows them: each number with its unit. */
export const machineFacts = ({ memory, ...rest }: Machine): Readonly<Record<string, string | number>> => ({
  ...rest,
  memory: `${memory} GiB`,
});

/** `run.json`: what was run, how, on what, and how far it came. */
export const RunRecord = z.object({
  recipe: Recipe,
  command: z.string(),
  /** Version of Fovea. */
  version: z.string(),
  machine: Machine,
  /** Threads inside one operator: sums are split by them, so that the same bits come out only for the same number. */
  threads: z.int().positive(),
  /** ISO 8601. */
  started: z.string(),
  status: z.enum(["training", "finished"]),
  step: z.int().nonnegative(),
  /** Seconds spent on steps, over all resumed parts. */
  seconds: z.number().nonnegative(),
});
/** See {@link RunRecord}. */
export type RunRecord = z.infer<typeof RunRecord>;
