import type { Sample } from "../data/sample.ts";
import { mapInOrder } from "../data/stream.ts";
import { InputError } from "../platform/error.ts";
import { CandidateSource, type OpenPicture } from "./candidate.ts";
import { columnNames } from "./plan.ts";
import { missingFrom, remainingIn, type KeyedRow, type ScorePart, type ScoreParts } from "./score-parts.node.ts";
import type { Candidate, Score, Scorer } from "./stage.ts";

/** How {@link measure} works. */
export interface MeasureOptions {
  readonly openPicture: OpenPicture;
  /** Rows of a part of the table: what a killed run may have to measure again; 2,048 if absent. A table keeps the number that it began with. */
  readonly partRows?: number;
  /** Candidates that scorers see at once; 64 if absent. */
  readonly batchRows?: number;
  /** Stops between two batches; what was measured since the last whole part is lost. */
  readonly signal?: AbortSignal;
  readonly onProgress?: (rows: number) => void;
}

/** What was done. */
export interface Measured {
  readonly rows: number;
  /** Rows for which a scorer ran; the others were in the table. */
  readonly scored: number;
  readonly interrupted: boolean;
}

/**
 * Scores every sample once: parts of the table that are there are kept, and get the columns that they lack. Memory holds the scores of one
 * part and the pictures of two batches, whatever the size of the data.
 *
 * @throws {InputError} CURATE_DATA_CHANGED, CURATE_SCORER_BROKEN, whatever reading the samples throws
 */
export async function measure(
  samples: AsyncIterable<Sample>,
  scorers: readonly Scorer[],
  parts: ScoreParts,
  { openPicture, partRows = 2048, batchRows = 64, signal, onProgress = () => {} }: MeasureOptions,
): Promise<Measured> {
  const source = new CandidateSource(openPicture);
  const stream = mapInOrder(samples, batchRows, (sample) => source.readAhead(sample));
  const there = await parts.count();
  let [rows, scored] = [0, 0];
  try {
    for (let number = 0; ; number++) {
      const old = number < there ? await parts.part(number) : undefined;
      const missing = old === undefined ? scorers : missingFrom(old, scorers);
      const part: KeyedRow[] = [];
      while (part.length < partRows) {
        if (signal?.aborted) return { rows, scored, interrupted: true };
        const batch = await take(stream, Math.min(batchRows, partRows - part.length));
        if (batch.length === 0) break;
        part.push(...(await scoreBatch(batch, missing)));
        rows += batch.length;
        onProgress(rows);
      }
      if (old !== undefined) await checkKeys(old, part, number * partRows);
      if (part.length > 0 && (old === undefined || missing.length > 0)) {
        await writePart(parts, number, old, part, missing);
        scored += part.length;
      }
      if (part.length < partRows && number + 1 >= there) return { rows, scored, interrupted: false };
    }
  } finally {
    await stream.return(undefined);
  }
}

/** The next items of a stream, `count` unless it ends. */
async function take<T>(stream: AsyncGenerator<T>, count: number): Promise<T[]> {
  const items: T[] = [];
  while (items.length < count) {
    const next = await stream.next();
    if (next.done === true) break;
    items.push(next.value);
  }
  return items;
}

async function scoreBatch(batch: readonly Candidate[], scorers: readonly Scorer[]): Promise<KeyedRow[]> {
  const rows = batch.map(({ key }): Record<string, Score | Float32Array> & { key: string } => ({ key }));
  for (const scorer of scorers) {
    const names = columnNames(scorer);
    const scores = await scorer.score(batch);
    if (scores.length !== batch.length)
      throw scorerBroken(scorer, `it gave ${scores.length} rows for ${batch.length} candidates`);
    for (let i = 0; i < rows.length; i++)
      for (const name of names) {
        const value = scores[i]![name];
        if (value === undefined) throw scorerBroken(scorer, `a row of it has no column ${name}`);
        rows[i]![name] = value;
      }
  }
  return rows;
}

const scorerBroken = (scorer: Scorer, found: string): InputError =>
  new InputError(
    "CURATE_SCORER_BROKEN",
    scorer.id,
    found,
    "give one row for each candidate, with every column, null where there is no value",
  );

/** Writes a part with the columns that it had and those that are new. */
async function writePart(
  parts: ScoreParts,
  number: number,
  old: ScorePart | undefined,
  part: readonly KeyedRow[],
  measured: readonly Scorer[],
): Promise<void> {
  if (old === undefined) return parts.write(number, part, measured);
  const remaining = remainingIn(old, measured);
  const before = await old.read(["key", ...remaining.flatMap(columnNames)]);
  const merged = part.map((row, i) => ({ ...before[i], ...row }));
  return parts.write(number, merged, [...remaining, ...measured]);
}

/** @throws {InputError} CURATE_DATA_CHANGED */
async function checkKeys(old: ScorePart, part: readonly KeyedRow[], start: number): Promise<void> {
  const keys = (await old.read(["key"])).map((row) => row["key"]);
  const rows = Math.max(keys.length, part.length);
  for (let i = 0; i < rows; i++) {
    if (keys[i] === part[i]?.key) continue;
    throw new InputError(
      "CURATE_DATA_CHANGED",
      `row ${start + i + 1}`,
      `the scores have ${named(keys[i])} here, and the data has ${named(part[i]?.key)}`,
      "the data has changed since it was scored: choose another --out, or delete the folder of scores",
    );
  }
}

const named = (key: unknown): string => (key === undefined ? "nothing" : JSON.stringify(key));
