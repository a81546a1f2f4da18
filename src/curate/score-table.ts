import { InputError } from "../platform/error.ts";
import type { Score, ScoreRow, ScoreTable, SetScorer } from "./stage.ts";

/** The values of one column, in one of the forms that rules ask for. */
export type ColumnValues = Float64Array | readonly (string | null)[] | VectorColumn;

/** A column of vectors: `[rows, length]`. */
export interface VectorColumn {
  readonly data: Float32Array;
  readonly length: number;
}

/** A table of scores whose columns are in memory. */
export class ColumnTable implements ScoreTable {
  readonly keys: readonly string[];
  readonly #columns: ReadonlyMap<string, ColumnValues>;

  constructor(keys: readonly string[], columns: ReadonlyMap<string, ColumnValues>) {
    this.keys = keys;
    this.#columns = columns;
  }

  get rows(): number {
    return this.keys.length;
  }

  /** This table with more columns. */
  with(columns: Readonly<Record<string, ColumnValues>>): ColumnTable {
    return new ColumnTable(this.keys, new Map([...this.#columns, ...Object.entries(columns)]));
  }

  readonly numbers = (column: string): Float64Array => {
    const values = this.#columns.get(column);
    if (values instanceof Float64Array) return values;
    throw this.#missing(column, "numbers");
  };

  readonly texts = (column: string): readonly (string | null)[] => {
    const values = this.#columns.get(column);
    if (values !== undefined && "slice" in values && !(values instanceof Float64Array)) return values;
    throw this.#missing(column, "texts");
  };

  readonly vectors = (column: string): VectorColumn => {
    const values = this.#columns.get(column);
    if (values !== undefined && "data" in values) return values;
    throw this.#missing(column, "vectors");
  };

  #missing(column: string, kind: string): InputError {
    return new InputError(
      "SCORE_MISSING",
      column,
      `the table has no column of ${kind} with this name`,
      `it has ${[...this.#columns.keys()].join(", ") || "none"}; name the scorer that writes it among the rule's scorers`,
    );
  }
}

/** A table with the columns of some set scorers, measured now. @param alive the rows that the rule is shown */
export async function withSetScores(
  table: ColumnTable,
  setScorers: readonly SetScorer[],
  alive: Uint32Array,
): Promise<ColumnTable> {
  let all = table;
  for (const scorer of setScorers) all = all.with(await scorer.score(table, alive));
  return all;
}

/** A table of rows in memory, e.g. of a test. The kind of a column is that of its first value; `null`s alone are numbers. */
export function tableOfRows(rows: readonly (ScoreRow & { readonly key: string })[]): ColumnTable {
  const names = new Set(rows.flatMap((row) => Object.keys(row)));
  names.delete("key");
  const columns = new Map([...names].map((name) => [name, columnOf(rows.map((row) => row[name] ?? null))]));
  return new ColumnTable(
    rows.map(({ key }) => key),
    columns,
  );
}

function columnOf(values: readonly (Score | Float32Array)[]): ColumnValues {
  const first = values.find((value) => value !== null) ?? 0;
  if (typeof first === "string") return values.map((value) => (typeof value === "string" ? value : null));
  if (!(first instanceof Float32Array)) return Float64Array.from(values, numberOf);
  const data = new Float32Array(values.length * first.length).fill(NaN);
  for (const [row, value] of values.entries()) if (value instanceof Float32Array) data.set(value, row * first.length);
  return { data, length: first.length };
}

/** A number or boolean as a number; NaN for anything else. */
export const numberOf = (value: unknown): number =>
  typeof value === "number" ? value : typeof value === "boolean" ? Number(value) : NaN;
