import type { AxisScale } from "../eval/report/axis.ts";
import { rowsShownTo, type TableFor, type Verdicts } from "./judge.ts";
import type { Plan } from "./plan.ts";
import type { Cut } from "./stage.ts";

/** How often the values of a score occur. */
export interface Histogram {
  readonly column: string;
  /** Ends of the first and the last bin; what lies beyond is counted in these. */
  readonly low: number;
  readonly high: number;
  /** Bins are equally wide on this scale. */
  readonly scale: AxisScale;
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

/** A score whose range ends at more than this many times its median is shown on a logarithmic scale. */
const skewed = 20;

/** The histograms of a plan: one for each cut of each rule, over the rows that the rule judged. */
export async function histogramsOf(
  { rules }: Plan,
  verdicts: Verdicts,
  tableFor: TableFor,
): Promise<readonly StageHistogram[]> {
  const found: StageHistogram[] = [];
  for (const [i, rule] of rules.entries()) {
    const { id, cuts = [] } = rule;
    if (typeof cuts !== "function" && cuts.length === 0) continue;
    const rows = rowsShownTo(i, verdicts);
    const table = await tableFor(rule, rows);
    for (const cut of typeof cuts === "function" ? cuts(table, rows) : cuts) {
      const histogram = histogramOf(cut, table.numbers(cut.column), rows, (row) => verdicts.stages[row] === i + 1);
      found.push({ stage: id, histogram });
    }
  }
  return found;
}

/**
 * The histogram of a score over the rows that a rule judged. It spans 99 % of the values and the thresholds; the rest is in the outermost bins.
 * Bins end at the first threshold, so that no bar has values of both sides of it. Scores above 0 of which most are close to it have a
 * logarithmic scale.
 *
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
  const [least, most] = [Math.min(at(0.005), ...marks), Math.max(at(0.995), ...marks)];
  const scale = least > 0 && most > skewed * at(0.5) ? "log" : "linear";
  const [to, from] = scale === "log" ? [Math.log, Math.exp] : [(x: number) => x, (x: number) => x];
  const [low, width] = binsFrom(to(least), to(most), marks[0] === undefined ? undefined : to(marks[0]));
  const kept = Array.from({ length: bins }, () => 0);
  const dropped = kept.slice();
  for (const row of present) {
    const place = width > 0 ? (to(values[row]!) - low) / width : 0;
    // A value at the upper threshold stays: it belongs to the bar below.
    const bin = values[row] === cut.above ? Math.round(place) - 1 : Math.floor(place + 1e-9);
    (isDropped(row) ? dropped : kept)[Math.max(0, Math.min(bins - 1, bin))]!++;
  }
  const ends = { low: from(low), high: from(low + bins * width) };
  return { ...cut, ...ends, scale, kept, dropped, missing: rows.length - present.length };
}

/** Where the bins begin, and how wide they are: from `low` to `high` at least, one of them, not the first, beginning at `mark`. */
function binsFrom(low: number, high: number, mark?: number): readonly [low: number, width: number] {
  const width = (high - low) / (bins - 1);
  if (mark === undefined || width === 0) return [low, width];
  return [mark - Math.max(1, Math.ceil((mark - low) / width - 1e-9)) * width, width];
}
