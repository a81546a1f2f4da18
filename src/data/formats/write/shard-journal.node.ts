import { createHash } from "node:crypto";
import { appendFile, mkdir, readdir, readFile, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import * as z from "zod";
import { InputError } from "../../../platform/error.ts";
import { writeAtomic } from "../../../platform/node/files.ts";
import type { ParquetColumns, ParquetType } from "../parquet/schema.ts";
import type { OnDrop, Sample } from "../../sample.ts";
import type { ShardState } from "./sample-sink.ts";

const Column: z.ZodType<ParquetType> = z.lazy(() =>
  z.union([
    z.enum(["string", "bytes", "bool", "int", "double", "float", "float16"]),
    z.object({ list: Column }),
    z.object({ struct: z.record(z.string(), Column) }),
  ]),
);

/** A line of the journal: a shard that is whole. */
const Shard = z.object({
  /** Samples taken from the source up to this shard's end. */
  taken: z.int().positive(),
  /** SHA-256 of their keys and captions. */
  digest: z.string(),
  /** Those of this shard that were left out: key and reason. */
  dropped: z.array(z.tuple([z.string(), z.string()])),
  columns: z.record(z.string(), Column).optional(),
});
type Shard = z.infer<typeof Shard>;

/** The journal's first line. */
const Head = z.object({ settings: z.string() });

const shardName = /^(?:train-)?(\d{5,})(?:-of-\d{5,})?\.(tar|parquet)$/;

/**
 * Unfinished shards, kept so that a run that was killed goes on after the last whole one: the shards are in `data`, and `journal.jsonl` says
 * up to which sample of the source they reach. A shard that is not in the journal is written again.
 */
export class ShardJournal {
  /** The folder of shards. */
  readonly data: string;
  readonly #folder: string;
  readonly #before: readonly Shard[];
  readonly #shardSize: number;
  /** Where shards end that are not yet known to be whole. */
  readonly #ends: Shard[] = [];
  #whole: number;
  #begun: number;
  #taken = 0;
  #dropped: [string, string][] = [];
  readonly #hash = createHash("sha256");

  private constructor(folder: string, before: readonly Shard[], shardSize: number) {
    this.data = join(folder, "data");
    this.#folder = folder;
    this.#before = before;
    this.#shardSize = shardSize;
    this.#whole = this.#begun = before.length;
  }

  /**
   * Goes on with what an earlier run left in a folder, if it was made with the same settings; else makes the folder anew.
   * @param settings all that decides what the shards hold, but the samples
   */
  static async open(folder: string, settings: string, shardSize: number): Promise<ShardJournal> {
    const before = await readJournal(folder, settings);
    if (before.length > 0 && (await keepShards(join(folder, "data"), before.length)) === before.length) {
      await writeAtomic(journalIn(folder), linesOf([{ settings }, ...before])); // without a line that was cut off
      return new ShardJournal(folder, before, shardSize);
    }
    await rm(folder, { recursive: true, force: true });
    await mkdir(join(folder, "data"), { recursive: true });
    await writeAtomic(journalIn(folder), linesOf([{ settings }]));
    return new ShardJournal(folder, [], shardSize);
  }

  /** The shards that are whole. */
  get state(): ShardState {
    const columns: ParquetColumns | undefined = this.#before[0]?.columns;
    return { whole: this.#whole, ...(columns && { columns }) };
  }

  /**
   * The samples that are yet to be written; tells again what was left out among the others.
   * @throws {InputError} DATA_CHANGED if the source does not begin as it did
   */
  async *rest(samples: AsyncIterable<Sample>, onDrop: OnDrop = () => {}): AsyncGenerator<Sample> {
    const ends = new Map(this.#before.map((shard) => [shard.taken, shard]));
    const total = this.#before.at(-1)?.taken ?? 0;
    for await (const sample of samples) {
      if (this.#taken >= total) {
        yield sample;
        continue;
      }
      this.take(sample);
      const shard = ends.get(this.#taken);
      if (shard === undefined) continue;
      if (shard.digest !== this.#digest()) throw this.#changed(`the first ${this.#taken} samples are not the same`);
      for (const [key, reason] of shard.dropped) onDrop(key, reason);
    }
    if (this.#taken < total) throw this.#changed(`it has ${this.#taken} samples, and had at least ${total}`);
  }

  /** Told before a sample is written: the `index`th of the data set. */
  begin(index: number): void {
    if (index % this.#shardSize !== 0 || index / this.#shardSize <= this.#begun) return;
    this.#begun++;
    this.#ends.push({ taken: this.#taken, digest: this.#digest(), dropped: this.#dropped });
    this.#dropped = [];
  }

  /** Told of every sample of the source in turn, with the reason if it is left out. */
  take({ key, captions }: Sample, reason?: string): void {
    this.#taken++;
    this.#hash.update(`${JSON.stringify([key, captions.map(({ text }) => text)])}\n`);
    if (reason !== undefined) this.#dropped.push([key, reason]);
  }

  /** Notes shards that have become whole. */
  async note({ whole, columns }: ShardState = { whole: 0 }): Promise<void> {
    while (this.#whole < whole && this.#ends.length > 0) {
      await appendFile(journalIn(this.#folder), linesOf([{ ...this.#ends.shift()!, ...(columns && { columns }) }]));
      this.#whole++;
    }
  }

  #digest(): string {
    return this.#hash.copy().digest("hex");
  }

  #changed(found: string): InputError {
    return new InputError(
      "DATA_CHANGED",
      this.#folder,
      `the source is not what it was when these shards were written: ${found}`,
      "give the source as it was, or remove this folder to begin anew",
    );
  }
}

const journalIn = (folder: string): string => join(folder, "journal.jsonl");

const linesOf = (records: readonly object[]): string => records.map((record) => `${JSON.stringify(record)}\n`).join("");

/** The shards that a journal names; none if there is no journal of these settings. */
async function readJournal(folder: string, settings: string): Promise<Shard[]> {
  const text = await readFile(journalIn(folder), "utf8").catch(() => "");
  const [head, ...lines] = text.split("\n").map(parseLine);
  if (Head.safeParse(head).data?.settings !== settings) return [];
  const shards = lines.map((line) => Shard.safeParse(line).data);
  const end = shards.indexOf(undefined); // the last line may be cut off
  return shards.slice(0, end).flatMap((shard) => shard ?? []);
}

function parseLine(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}

/** Removes all but the first shards, and gives these the names that they have while others follow. @returns how many there are */
async function keepShards(data: string, whole: number): Promise<number> {
  let kept = 0;
  for (const entry of await readdir(data, { recursive: true, withFileTypes: true }).catch(() => [])) {
    if (entry.isDirectory()) continue;
    const path = join(entry.parentPath, entry.name);
    const [, number, ending] = shardName.exec(entry.name) ?? [];
    if (number !== undefined && Number(number) < whole) {
      await rename(path, join(entry.parentPath, `${number}.${ending}`));
      kept++;
    } else await rm(path);
  }
  return kept;
}
