import type { Rule, Scorer, SetScorer } from "./stage.ts";

/** One side of a threshold: which values go, and why. */
export interface Bound {
  readonly at: number;
  /** Upper-case code. */
  readonly reason: string;
  /** A sentence for the report. */
  readonly meaning: string;
}

/** A column with its bounds. */
export interface BoundedColumn {
  readonly column: string;
  /** Values less than this go. */
  readonly below?: Bound | undefined;
  /** Values more than this go. */
  readonly above?: Bound | undefined;
}

/** A rule that drops rows whose values lie outside bounds. A row without a value stays: `readable` is the rule for those. */
export function thresholdRule(
  id: string,
  scorers: readonly Scorer[],
  columns: readonly BoundedColumn[],
  setScorers: readonly SetScorer[] = [],
): Rule {
  const bounds = columns.flatMap(({ below, above }) => [below, above]).filter((bound) => bound !== undefined);
  return {
    id,
    scorers,
    setScorers,
    reasons: Object.fromEntries(bounds.map(({ reason, meaning }) => [reason, meaning])),
    judge: async (table, alive) => {
      const dropped = new Map<number, string>();
      for (const { column, below, above } of columns) {
        const values = table.numbers(column);
        for (const row of alive) {
          if (dropped.has(row)) continue;
          if (below !== undefined && values[row]! < below.at) dropped.set(row, below.reason);
          else if (above !== undefined && values[row]! > above.at) dropped.set(row, above.reason);
        }
      }
      return dropped;
    },
    cuts: columns.map(({ column, below, above }) => ({
      column,
      ...(below && { below: below.at }),
      ...(above && { above: above.at }),
    })),
  };
}
