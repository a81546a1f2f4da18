import { alignColumns, type Align } from "./columns.ts";

/** One measured number, with what it needs to be trusted. */
export interface ScoreRow {
  /** What the model had to do, e.g. "text-to-image". */
  readonly task: string;
  /** On which data, e.g. "held-out style". */
  readonly split: string;
  /** E.g. "R@1". */
  readonly metric: string;
  /** A fraction of 1, higher is better; or a rank counted from 1, lower is better. */
  readonly unit: "fraction" | "rank";
  readonly value: number;
  /** Lower end of the 95 % confidence interval. */
  readonly low?: number;
  /** Upper end of the 95 % confidence interval. */
  readonly high?: number;
  /** What a random answer is expected to score. */
  readonly chance?: number;
  /** What a simple method without the model scores. */
  readonly baseline?: { readonly name: string; readonly value: number };
  /** Queries measured. */
  readonly n: number;
}

/** Scores in reading order: rows of one task and split stand together. */
export type ScoreTable = readonly ScoreRow[];

/** How {@link renderScores} writes a table. */
export type ScoreFormat = "text" | "markdown" | "json";

/**
 * A table of scores: "text" with aligned columns for a terminal, "markdown" (GitHub's pipes), or "json" (an array of
 * {@link ScoreRow}, NaN as null). Columns that no row fills are left out.
 */
export function renderScores(table: ScoreTable, format: ScoreFormat): string {
  if (format === "json") return `${JSON.stringify(table, undefined, 2)}\n`;
  const { head, align, rows, notes } = scoreCells(table);
  if (format === "text") return [...alignColumns([head, ...rows], align), ...notes].map((line) => `${line}\n`).join("");
  const pipes = (cells: readonly string[]): string => `| ${cells.map((c) => c.replaceAll("|", "\\|")).join(" | ")} |\n`;
  const rule = pipes(align.map((side) => (side === "right" ? "--:" : "---")));
  return [pipes(head), rule, ...rows.map(pipes), ...notes.map((note) => `\n${note}\n`)].join("");
}

/** The cells of a table as text: repeated task and split names are blank, baselines are named in the notes. */
function scoreCells(table: ScoreTable): { head: string[]; align: Align[]; rows: string[][]; notes: string[] } {
  const baselines = new Set(table.flatMap((row) => row.baseline?.name ?? []));
  const columns: readonly { head: string; align: Align; cell: (row: ScoreRow, above?: ScoreRow) => string }[] = [
    { head: "task", align: "left", cell: (row, above) => (row.task === above?.task ? "" : row.task) },
    { head: "split", align: "left", cell: (row, above) => (sameGroup(row, above) ? "" : row.split) },
    { head: "metric", align: "left", cell: (row) => row.metric },
    { head: "score", align: "right", cell: (row) => formatScore(row.value, row.unit) },
    { head: "95 % interval", align: "right", cell: formatInterval },
    { head: "chance", align: "right", cell: (row) => formatScore(row.chance, row.unit) },
    { head: "baseline", align: "right", cell: (row) => formatScore(row.baseline?.value, row.unit) },
    { head: "n", align: "right", cell: (row) => formatCount(row.n) },
  ];
  const filled = columns.filter(({ cell }) => table.some((row) => cell(row) !== ""));
  return {
    head: filled.map(({ head }) => head),
    align: filled.map(({ align }) => align),
    rows: table.map((row, i) => filled.map(({ cell }) => cell(row, table[i - 1]))),
    notes: baselines.size > 0 ? [`baseline: ${[...baselines].join("; ")}`] : [],
  };
}

/** Whether two rows are of the same task and split. */
export const sameGroup = (row: ScoreRow, other: ScoreRow | undefined): boolean =>
  row.task === other?.task && row.split === other.split;

/** "0.171-0.211" with an en dash, or "" where there is no interval. */
export const formatInterval = ({ low, high, unit }: ScoreRow): string =>
  low === undefined || high === undefined ? "" : `${formatScore(low, unit)}\u2013${formatScore(high, unit)}`;

/** A score for reading: three decimals, but two significant digits where three decimals would hide them; ranks to a half. */
export function formatScore(value: number | undefined, unit: ScoreRow["unit"]): string {
  if (value === undefined) return "";
  if (Number.isNaN(value)) return "NaN";
  if (unit === "rank") return formatCount(Math.round(value * 2) / 2);
  return value !== 0 && Math.abs(value) < 0.01 ? String(Number(value.toPrecision(2))) : value.toFixed(3);
}

/** A number with a comma between thousands. */
export const formatCount = (count: number): string => count.toLocaleString("en-US");
