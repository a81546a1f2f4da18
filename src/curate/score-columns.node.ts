import { ColumnTable, numberOf, type ColumnValues } from "./score-table.ts";
import type { ScoreParts } from "./score-parts.node.ts";
import type { Scorer } from "./stage.ts";
import { InputError } from "../platform/error.ts";

/** Kinds of columns of a rule's scorers. */
type Kind = "number" | "text" | "boolean" | { readonly length: number };

/**
 * Reads the columns of some scorers of a finished table into memory; those of a rule alone, so that memory holds no more at a time.
 * @param keys of all rows
 * @throws {InputError} COLUMN_MISSING, SCORES_NOT_READABLE
 */
export async function loadColumns(
  parts: ScoreParts,
  keys: readonly string[],
  scorers: readonly Scorer[],
): Promise<ColumnTable> {
  const kinds = new Map<string, Kind>(
    scorers.flatMap(({ columns, vectors = {} }) => [
      ...Object.entries(columns),
      ...Object.entries(vectors).map(([name, length]): [string, Kind] => [name, { length }]),
    ]),
  );
  const columns = new Map([...kinds].map(([name, kind]) => [name, emptyColumn(kind, keys.length)]));
  let start = 0;
  for (let number = 0; start < keys.length; number++) {
    const rows = await (await parts.part(number)).read([...kinds.keys()]);
    for (const [name, column] of columns)
      for (const [i, row] of rows.entries()) setValue(column, start + i, row[name], name);
    start += rows.length;
  }
  return new ColumnTable(keys, columns);
}

/** The keys of all rows, in the order of the data. */
export async function loadKeys(parts: ScoreParts): Promise<string[]> {
  const keys: string[] = [];
  const count = await parts.count();
  for (let number = 0; number < count; number++)
    for (const row of await (await parts.part(number)).read(["key"])) keys.push(String(row["key"]));
  return keys;
}

type Column = Float64Array | (string | null)[] | { data: Float32Array; length: number };

function emptyColumn(kind: Kind, rows: number): Column & ColumnValues {
  if (kind === "text") return Array.from<string | null>({ length: rows }).fill(null);
  if (kind === "number" || kind === "boolean") return new Float64Array(rows).fill(NaN);
  return { data: new Float32Array(rows * kind.length).fill(NaN), length: kind.length };
}

function setValue(column: Column, row: number, value: unknown, name: string): void {
  if (column instanceof Float64Array) column[row] = numberOf(value);
  else if (Array.isArray(column)) column[row] = typeof value === "string" ? value : null;
  else if (value !== null && value !== undefined)
    column.data.set(numbersOf(value, column.length, name), row * column.length);
}

function numbersOf(value: unknown, length: number, name: string): ArrayLike<number> {
  if ((Array.isArray(value) || value instanceof Float32Array) && value.length === length) return value;
  const found = `a value is no list of ${length} numbers`;
  throw new InputError("SCORES_NOT_READABLE", `column ${name}`, found, "delete the folder of scores, and run again");
}
