import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { openParquet } from "../data/formats/parquet/read-parquet.node.ts";
import { ParquetWriter } from "../data/formats/parquet/write-parquet.node.ts";
import { identity } from "./plan.ts";
import { numberOf } from "./score-table.ts";
import type { ScoreTable, Scorer, SetColumns, SetScorer } from "./stage.ts";

/** Where a file says which scores it holds. */
const setKey = "fovea.set";

/**
 * What set scorers found, on disk: for each a Parquet file with a row a sample, in the order of the data, and nulls for samples that the rule was
 * not shown. It is good as long as the rule is shown the same rows, with scores of the same scorers.
 */
export class SetScores {
  readonly #folder: string;

  private constructor(folder: string) {
    this.#folder = folder;
  }

  /** Opens or makes the folder, and removes what a killed run left half-written. */
  static async open(folder: string): Promise<SetScores> {
    await mkdir(folder, { recursive: true });
    for (const name of await readdir(folder)) if (name.endsWith(".tmp")) await rm(join(folder, name));
    return new SetScores(folder);
  }

  /**
   * The columns of a set scorer: from disk, or measured now.
   * @param keys     of all rows
   * @param tableFor gives the columns of scorers; called only if there is something to measure
   */
  async columns(
    scorer: SetScorer,
    keys: readonly string[],
    alive: Uint32Array,
    tableFor: (scorers: readonly Scorer[]) => Promise<ScoreTable>,
  ): Promise<SetColumns> {
    const path = join(this.#folder, `${scorer.id}-${digest(scorer.version).slice(0, 8)}.parquet`);
    const set = digest([identity(scorer), ...scorer.scorers.map(identity)].join("\n"), alive);
    const kept = await read(path, set, scorer, keys.length);
    if (kept !== undefined) return kept;
    const columns = await scorer.score(await tableFor(scorer.scorers), alive);
    await write(path, set, scorer, keys, columns);
    return columns;
  }
}

const digest = (text: string, rows: Uint32Array = new Uint32Array()): string =>
  createHash("sha256").update(text).update(rows).digest("hex");

async function read(path: string, set: string, scorer: SetScorer, rows: number): Promise<SetColumns | undefined> {
  if (!existsSync(path)) return undefined;
  await using file = await openParquet(path);
  if (file.metadata[setKey] !== set) return undefined;
  const columns = Object.entries(scorer.columns).map(
    ([name, type]) => [name, type === "text" ? Array<string | null>(rows).fill(null) : new Float64Array(rows)] as const,
  );
  let row = 0;
  for await (const group of file.read({ columns: columns.map(([name]) => name) }))
    for (const values of group) {
      for (const [name, column] of columns) {
        const value = values[name];
        if (column instanceof Float64Array) column[row] = numberOf(value);
        else column[row] = typeof value === "string" ? value : null;
      }
      row++;
    }
  return Object.fromEntries(columns);
}

async function write(
  path: string,
  set: string,
  { columns: types }: SetScorer,
  keys: readonly string[],
  columns: SetColumns,
): Promise<void> {
  const names = Object.keys(types);
  const schema = Object.fromEntries(names.map((name) => [name, types[name] === "text" ? "string" : "double"] as const));
  await using file = await ParquetWriter.create(path, { key: "string", ...schema }, { metadata: { [setKey]: set } });
  for (const [row, key] of keys.entries()) {
    const values = names.map((name) => {
      const value = columns[name]![row]!;
      return [name, Number.isNaN(value) ? null : value] as const;
    });
    await file.append({ key, ...Object.fromEntries(values) });
  }
  await file.close();
}
