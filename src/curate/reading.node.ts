import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { InputError } from "../platform/error.ts";
import { writeAtomic } from "../platform/node/files.ts";

/** How the reading of a data set ended: what it gave, and what the reader left out. */
export interface Reading {
  readonly data: string;
  readonly rows: number;
  /** How many were left out for each reason. */
  readonly dropped: Readonly<Record<string, number>>;
  /** The first of them. */
  readonly examples: readonly { readonly key: string; readonly reason: string }[];
}

const ReadingSchema = z.object({
  data: z.string(),
  rows: z.number(),
  dropped: z.record(z.string(), z.number()),
  examples: z.array(z.object({ key: z.string(), reason: z.string() })),
});

/** Keys that are remembered; the others are counted. */
const longestList = 10_000;

/** Counts what the reader leaves out. */
export class ReadingLedger {
  readonly #dropped = new Map<string, number>();
  readonly #examples: { key: string; reason: string }[] = [];

  /** Fits wherever an `onDrop` is asked for. */
  readonly drop = (key: string, reason: string): void => {
    this.#dropped.set(reason, (this.#dropped.get(reason) ?? 0) + 1);
    if (this.#examples.length < longestList) this.#examples.push({ key, reason });
  };

  /** What there is to say at the end of the data. */
  reading(data: string, rows: number): Reading {
    return { data, rows, dropped: Object.fromEntries(this.#dropped), examples: this.#examples };
  }
}

/** Where a run's folder keeps it; there once all of the data was measured. */
const fileName = "reading.json";

/** Marks the scores of a folder as whole. */
export const writeReading = (out: string, reading: Reading): Promise<void> =>
  writeAtomic(join(out, fileName), `${JSON.stringify(reading, undefined, 2)}\n`);

/**
 * What {@link writeReading} wrote: how the data of a finished run was read.
 * @throws {InputError} CURATE_NOT_FINISHED
 */
export async function readReading(out: string): Promise<Reading> {
  try {
    return ReadingSchema.parse(JSON.parse(await readFile(join(out, fileName), "utf8")));
  } catch (cause) {
    throw new InputError(
      "CURATE_NOT_FINISHED",
      out,
      "the folder has no scores of a whole data set",
      "run it without --rejudge first",
      { cause },
    );
  }
}
