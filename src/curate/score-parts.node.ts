import { mkdir, readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { openParquet, readParquet } from "../data/formats/parquet/read-parquet.node.ts";
import type { ParquetType } from "../data/formats/parquet/schema.ts";
import { ParquetWriter } from "../data/formats/parquet/write-parquet.node.ts";
import { InputError } from "../platform/error.ts";
import { columnNames, identity } from "./plan.ts";
import type { ScoreRow, Scorer } from "./stage.ts";

/** A row of the table of scores: `key`, and a value for each column that was measured. */
export type KeyedRow = ScoreRow & { readonly key: string };

/** What the table remembers of a scorer. */
export type ScorerColumns = Pick<Scorer, "id" | "version" | "columns" | "vectors">;

/** A part of the table that is on disk. */
export interface ScorePart {
  readonly rows: number;
  /** Scorers whose columns it has. */
  readonly scorers: readonly ScorerColumns[];
  /** Rows with these columns, `key` included. @throws {InputError} COLUMN_MISSING, PARQUET_CORRUPT */
  readonly read: (columns: readonly string[]) => Promise<readonly StoredRow[]>;
}

const types = { number: "double", text: "string", boolean: "bool" } as const satisfies Record<string, ParquetType>;

/** Where a part keeps its scorers in the footer. */
const scorersKey = "fovea.scorers";

const ScorersSchema = z.array(
  z.object({
    id: z.string(),
    version: z.string(),
    columns: z.record(z.string(), z.enum(["number", "text", "boolean"])),
    vectors: z.record(z.string(), z.number()).default({}),
  }),
);

/**
 * The table of scores on disk: Parquet files of equally many rows, numbered in the order of the data. A file is there as a whole or not at
 * all, so a run that was killed goes on with the first one that is missing.
 */
export class ScoreParts {
  readonly #folder: string;

  private constructor(folder: string) {
    this.#folder = folder;
  }

  /** Opens or makes the folder, and removes what a killed run left half-written. */
  static async open(folder: string): Promise<ScoreParts> {
    await mkdir(folder, { recursive: true });
    for (const name of await readdir(folder)) if (name.endsWith(".tmp")) await rm(join(folder, name));
    return new ScoreParts(folder);
  }

  /** Number of parts, counted from the first without a gap. */
  async count(): Promise<number> {
    const names = new Set(await readdir(this.#folder));
    let count = 0;
    while (names.has(partName(count))) count++;
    return count;
  }

  /** @throws {InputError} PARQUET_NOT_READABLE, SCORES_NOT_READABLE */
  async part(number: number): Promise<ScorePart> {
    const path = join(this.#folder, partName(number));
    await using file = await openParquet(path);
    return {
      rows: file.rows,
      scorers: parseScorers(file.metadata[scorersKey], path),
      read: (columns) => this.read(number, columns),
    };
  }

  /** Rows of a part with these columns. @throws {InputError} COLUMN_MISSING, PARQUET_NOT_READABLE, PARQUET_CORRUPT */
  async read(number: number, columns: readonly string[]): Promise<readonly StoredRow[]> {
    const rows = [];
    for await (const group of readParquet(join(this.#folder, partName(number)), { columns })) rows.push(...group);
    return rows;
  }

  /** Writes a part, over the one of this number if there is one. Columns of `rows` that no scorer names are left out. */
  async write(number: number, rows: readonly StoredRow[], scorers: readonly ScorerColumns[]): Promise<void> {
    const columns: Record<string, ParquetType> = { key: "string" };
    for (const scorer of scorers) {
      for (const [name, type] of Object.entries(scorer.columns)) columns[name] = types[type];
      for (const name of Object.keys(scorer.vectors ?? {})) columns[name] = { list: "float" };
    }
    const described = scorers.map(({ id, version, columns, vectors }) => ({ id, version, columns, vectors }));
    const metadata = { [scorersKey]: JSON.stringify(described) };
    await using file = await ParquetWriter.create(join(this.#folder, partName(number)), columns, { metadata });
    for (const row of rows) await file.append(row);
    await file.close();
  }
}

/** A row as it is read or will be written. */
type StoredRow = Readonly<Record<string, unknown>>;

const partName = (number: number): string => `part-${String(number).padStart(6, "0")}.parquet`;

function parseScorers(text: string | undefined, path: string): readonly ScorerColumns[] {
  try {
    return ScorersSchema.parse(JSON.parse(text ?? ""));
  } catch (cause) {
    const mend = "it was not written by a curation: move it away";
    throw new InputError("SCORES_NOT_READABLE", path, "the file does not say which scorers made it", mend, { cause });
  }
}

/** Those of `scorers` whose columns a part lacks, or has of another version. */
export const missingFrom = (part: ScorePart, scorers: readonly Scorer[]): readonly Scorer[] => {
  const there = new Set(part.scorers.map(identity));
  return scorers.filter((scorer) => !there.has(identity(scorer)));
};

/** Scorers of a part whose columns stay when `added` are measured: those of other ids whose columns do not collide. */
export function remainingIn(part: ScorePart, added: readonly Scorer[]): readonly ScorerColumns[] {
  const ids = new Set(added.map(({ id }) => id));
  const names = new Set(added.flatMap(columnNames));
  return part.scorers.filter((scorer) => !ids.has(scorer.id) && !columnNames(scorer).some((name) => names.has(name)));
}
