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
  readonly column: string;
  /** Upper-case, e.g. `CLIP_SCORE`: a prefix of the reasons. */
  readonly reason: string;
  /** What the score is, for sentences, e.g. `the similarity of picture and caption`. */
  readonly what: string;
  /** Why a sample may have no score, in a sentence. */
  readonly missing?: string;
}

/** Keeps the samples with the highest scores. Among equal scores the first ones stay, and samples without a score go. */
export function keepBest(
  { id, scorers, column, reason, what, missing }: BestBy,
  options: z.output<typeof bestOptions>,
): Rule {
  const { min = -Infinity, top, of } = options;
  /** The rows that belong to the best share of all rows, or of those that are still in and pass the threshold; the best first. */
  const bestOf = (share: number, table: ScoreTable, alive: Uint32Array): Uint32Array => {
    const scores = table.numbers(column);
    const pool = of === "all" ? Uint32Array.from(scores.keys()) : alive.filter((row) => scores[row]! >= min);
    const ranked = pool.filter((row) => !Number.isNaN(scores[row])).sort((a, b) => scores[b]! - scores[a]! || a - b);
    return ranked.subarray(0, Math.round(share * ranked.length));
  };
  return {
    id,
    scorers,
    reasons: {
      [`${reason}_MISSING`]: missing ?? `There is no score: ${what} could not be measured.`,
      ...(min > -Infinity && { [`${reason}_LOW`]: `Less than ${min}: ${what}.` }),
      ...(top !== undefined && { [`${reason}_NOT_IN_TOP`]: `Not among the best ${percent(top)}: ${what}.` }),
    },
    judge: async (table, alive) => {
      const scores = table.numbers(column);
      const best = top === undefined ? undefined : new Set(bestOf(top, table, alive));
      const dropped = new Map<number, string>();
      for (const row of alive)
        if (Number.isNaN(scores[row])) dropped.set(row, `${reason}_MISSING`);
        else if (scores[row]! < min) dropped.set(row, `${reason}_LOW`);
        else if (best?.has(row) === false) dropped.set(row, `${reason}_NOT_IN_TOP`);
      return dropped;
    },
    cuts: (table, alive) => {
      const worst = top === undefined ? undefined : bestOf(top, table, alive).at(-1);
      const below = Math.max(min, worst === undefined ? -Infinity : table.numbers(column)[worst]!);
      return [{ column, ...(below > -Infinity && { below }) }];
    },
  };
}

const percent = (share: number): string => `${Number((share * 100).toFixed(2))} %`;
