import * as z from "zod";
import type { ScoreTable } from "./scores.ts";

const fraction = z
  .number()
  .nullable()
  .transform((value) => value ?? NaN); // JSON has no NaN

const Row = z.object({
  task: z.string(),
  split: z.string(),
  metric: z.string(),
  unit: z.enum(["fraction", "rank"]),
  value: fraction,
  low: fraction.exactOptional(),
  high: fraction.exactOptional(),
  chance: fraction.exactOptional(),
  baseline: z.object({ name: z.string(), value: fraction }).exactOptional(),
  n: z.number(),
});

/** The table in the text of a `scores.json`, as `renderScores` writes it; `undefined` if it is none. */
export function parseScores(text: string): ScoreTable | undefined {
  try {
    return z.array(Row).parse(JSON.parse(text));
  } catch {
    return undefined;
  }
}
