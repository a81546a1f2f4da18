import type { TableFor, Verdicts } from "./judge.ts";
import type { Plan } from "./plan.ts";
import type { Cut } from "./stage.ts";

/** How often the values of a score occur, in bins of equal width. */
export interface Histogram {
  readonly column: string;
  /** Ends of the first and the last bin; what lies beyond is counted in these. */
  readonly low: number;
  readonly high: number;
  /** Rows that were still in when the rule judged, and stayed. */
  readonly kept: readonly number[];
  /** Rows that the rule dropped, for this score or another of its own. */
  readonly dropped: readonly number[];
  /** Rows without a value. */
  readonly missing: number;
  /** Where the rule cuts. */
  readonly below?: number;
  readonly above?: number;
}

/** A histogram, and the stage that cuts it. */
export interface StageHistogram {
  readonly stage: string;
  readonly histogram: Histogram;
}

const bins = 48;

/** The histograms of a plan: one for each cut of each rule, over the rows that the rule judged. */
export async function histogramsOf(
  { rules }: Plan,
  { stages }: Verdicts,
  tableFor: TableFor,
): Promise<readonly StageHistogram[]> {
  const found: StageHistogram[] = [];
  const everyRow = Uint32Array.from(stages, (_, row) => row);
  for (const [i, rule] of rules.entries()) {
    const { id, cuts = [] } = rule;
    if (typeof cuts !== "function" && cuts.length === 0) continue;
    const rows = everyRow.filter((row) => stages[row] === 0 || stages[row]! > i);
    const table = await tableFor(rule, rows);
    for (const cut of typeof cuts === "function" ? cuts(table, rows) : cuts) {
      const histogram = histogramOf(cut, table.numbers(cut.column), rows, (row) => stages[row] === i + 1);
      found.push({ stage: id, histogram });
    }
  }
  return found;
}

/**
 * The histogram of a score over the rows that a rule judged. It spans 99 % of the values and the thresholds; the rest is in the outermost bins.
 * @param rows      rows that were shown to the rule
 * @param isDropped whether the rule dropped a row
 */
export function histogramOf(
  cut: Cut,
  values: Float64Array,
  rows: Uint32Array,
  isDropped: (row: number) => boolean,
): Histogram {
  const present = rows.filter((row) => !Number.isNaN(values[row]!));
  const sorted = Float64Array.from(present, (row) => values[row]!).sort();
  const at = (share: number): number => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0;
  const marks = [cut.below, cut.above].filter((mark) => mark !== undefined);
  const [low, high] = [Math.min(at(0.005), ...marks), Math.max(at(0.995), ...marks)];
  const kept = Array.from({ length: bins }, () => 0);
  const dropped = kept.slice();
  for (const row of present) {
    const place = high > low ? Math.floor(((values[row]! - low) / (high - low)) * bins) : 0;
    (isDropped(row) ? dropped : kept)[Math.max(0, Math.min(bins - 1, place))]!++;
  }
  return { ...cut, low, high, kept, dropped, missing: rows.length - present.length };
}
