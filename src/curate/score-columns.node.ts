import { InputError } from "../platform/error.ts";
import { identity } from "./plan.ts";
import type { ScoreParts } from "./score-parts.node.ts";
import { ColumnTable, numberOf } from "./score-table.ts";
import type { Scorer } from "./stage.ts";

/** Kind of a column. */
type Kind = "number" | "text" | "boolean" | { readonly length: number };

/**
 * The columns of a finished table, read into memory when they are asked for. Those of the last request stay there, since rules that follow
 * each other tend to read the same; memory holds no more.
 */
export class ScoreColumns {
  readonly #parts: ScoreParts;
  readonly #keys: readonly string[];
  /** By the identity of their scorer. */
  #loaded: ReadonlyMap<string, ReadonlyMap<string, Column>> = new Map();

  /** @param keys of all rows */
  constructor(parts: ScoreParts, keys: readonly string[]) {
    this.#parts = parts;
    this.#keys = keys;
  }

  /** A table of the columns of some scorers. @throws {InputError} COLUMN_MISSING, SCORES_NOT_READABLE */
  readonly table = async (scorers: readonly Scorer[]): Promise<ColumnTable> => {
    const missing = scorers.filter((scorer) => !this.#loaded.has(identity(scorer)));
    if (missing.length > 0) {
      const kept = scorers.flatMap((scorer) => {
        const columns = this.#loaded.get(identity(scorer));
        return columns ? [[identity(scorer), columns] as const] : [];
      });
      this.#loaded = new Map(kept); // lets go of the others before more is read
      this.#loaded = new Map([...kept, ...(await this.#load(missing))]);
    }
    const columns = scorers.flatMap((scorer) => [...this.#loaded.get(identity(scorer))!]);
    return new ColumnTable(this.#keys, new Map(columns));
  };

  async #load(scorers: readonly Scorer[]): Promise<readonly (readonly [string, ReadonlyMap<string, Column>])[]> {
    const rows = this.#keys.length;
    const loaded = scorers.map((scorer) => {
      const columns = kindsOf(scorer).map(([name, kind]) => [name, emptyColumn(kind, rows)] as const);
      return [identity(scorer), new Map(columns)] as const;
    });
    const columns = loaded.flatMap(([, own]) => [...own]);
    const names = columns.map(([name]) => name);
    for (let [start, number] = [0, 0]; start < rows; number++) {
      const part = await this.#parts.read(number, names);
      for (const [name, column] of columns)
        for (let i = 0; i < part.length; i++) setValue(column, start + i, part[i]![name], name);
      start += part.length;
    }
    return loaded;
  }
}

const kindsOf = ({ columns, vectors = {} }: Scorer): readonly (readonly [name: string, Kind])[] => [
  ...Object.entries(columns),
  ...Object.entries(vectors).map(([name, length]) => [name, { length }] as const),
];

/** The keys of all rows, in the order of the data. */
export async function loadKeys(parts: ScoreParts): Promise<string[]> {
  const keys: string[] = [];
  const count = await parts.count();
  for (let number = 0; number < count; number++)
    for (const row of await parts.read(number, ["key"])) keys.push(String(row["key"]));
  return keys;
}

type Column = Float64Array | (string | null)[] | { data: Float32Array; length: number };

function emptyColumn(kind: Kind, rows: number): Column {
  if (kind === "text") return Array<string | null>(rows).fill(null);
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
