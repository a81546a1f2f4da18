import { z } from "zod";
import type { Rule, Scorer, ScoreTable } from "../stage.ts";

/** Options of a {@link keepBest}: how much of the data its score lets through. */
export const bestOptions = z.object({
  /** Scores below this go. */
  min: z.number().optional(),
  /** Of those left, this share with the highest scores stays, 0 to 1. */
  top: z.number().gt(0).max(1).optional(),
  /** Whether `top` is a share of all scored samples, or of those that are still in; the same samples stay if this is the first stage. */
  of: z.enum(["all", "alive"]).default("alive"),
});

/** What is kept by which score. */
export interface BestBy {
  readonly id: string;
  readonly scorers: readonly Scorer[];
  /** What to rank by: a column, or something made of several. */
  readonly column: string | ((table: ScoreTable, rows: Uint32Array) => Float64Array);
  /** Upper-case, e.g. `CLIP_SCORE`: a prefix of the reasons. */
  readonly reason: string;
  /** What the score is, for sentences, e.g. `the similarity of picture and caption`. */
  readonly what: string;
}

/** Keeps the samples with the highest scores. Among equal scores the first ones stay, and samples without a score go. */
export function keepBest({ id, scorers, column, reason, what }: BestBy, options: z.output<typeof bestOptions>): Rule {
  const { min, top, of } = options;
  return {
    id,
    scorers,
    reasons: {
      [`${reason}_MISSING`]: `There is no score: ${what} could not be measured.`,
      ...(min !== undefined && { [`${reason}_LOW`]: `Less than ${min}: ${what}.` }),
      ...(top !== undefined && { [`${reason}_NOT_IN_TOP`]: `Not among the best ${percent(top)}: ${what}.` }),
    },
    judge: async (table, alive) => {
      const everyRow = Uint32Array.from({ length: table.rows }, (_, row) => row);
      const scores =
        typeof column === "string" ? table.numbers(column) : column(table, of === "all" ? everyRow : alive);
      const dropped = new Map<number, string>();
      for (const row of alive)
        if (Number.isNaN(scores[row])) dropped.set(row, `${reason}_MISSING`);
        else if (min !== undefined && scores[row]! < min) dropped.set(row, `${reason}_LOW`);
      if (top === undefined) return dropped;
      const ranked = (of === "all" ? everyRow : alive.filter((row) => !dropped.has(row)))
        .filter((row) => !Number.isNaN(scores[row]))
        .sort((a, b) => scores[b]! - scores[a]! || a - b);
      const best = new Set(ranked.subarray(0, Math.round(top * ranked.length)));
      for (const row of alive) if (!dropped.has(row) && !best.has(row)) dropped.set(row, `${reason}_NOT_IN_TOP`);
      return dropped;
    },
    ...(typeof column === "string" && min !== undefined && { cuts: [{ column, below: min }] }),
  };
}

const percent = (share: number): string => `${Number((share * 100).toFixed(2))} %`;
