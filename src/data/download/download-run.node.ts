import { access } from "node:fs/promises";
import { join } from "node:path";
import { InputError } from "../../platform/error.ts";
import { readParquet } from "../formats/parquet/read-parquet.node.ts";
import { mapInOrder } from "../stream.ts";
import { downloadRow, type RowTools } from "./download-row.node.ts";
import { Fingerprints } from "./fingerprints.ts";
import { byFrequency, isRowStatus, type RowStatus } from "./outcome.ts";
import { planShards, type PlannedShard } from "./plan-shards.node.ts";
import { readStats, writeStats, type ShardStats } from "./shard-stats.node.ts";
import { Spool } from "./spool.node.ts";
import { readList } from "./url-list.node.ts";
import { dataPath, fingerprintOf, tablePath, writeShard, type ShardResult } from "./write-shard.node.ts";

/** How far a download is. */
export interface DownloadProgress {
  /** Rows that have ended, those of earlier runs included. */
  readonly rows: number;
  /** Pictures that have come, before those are left out that an earlier row has too. */
  readonly pictures: number;
}

/** What came of a download. `rows` is `successes` and all failures in `statuses`. */
export interface DownloadReport {
  readonly rows: number;
  readonly successes: number;
  /** How often each status occurred, the most frequent first. */
  readonly statuses: Readonly<Partial<Record<RowStatus, number>>>;
  /** Lines of the list that are no rows; not among `rows`. */
  readonly malformed: number;
  /** Of the files of successes, as they came. */
  readonly bytes: number;
  readonly shards: number;
  /** Shards that were there before. */
  readonly shardsBefore: number;
  /** Whether the signal ended it: the same call goes on. */
  readonly interrupted: boolean;
}

/** A shard that was there before, or one whose rows have ended and wait to be written. */
type Fetched = { readonly shard: PlannedShard } & (
  { readonly before: ShardStats } | { readonly result: ShardResult; readonly started: number }
);

/** One run of a download: fetches a shard's rows while those of the shard before come to their end, and writes shards in order. */
export class DownloadRun {
  readonly #out: string;
  readonly #tools: RowTools;
  readonly #onProgress: (progress: DownloadProgress) => void;
  readonly #spools = new Set<Spool>();
  readonly #contents: Fingerprints | undefined;
  readonly #shards: ShardStats[] = [];
  #shardsBefore = 0;
  #malformed = 0;
  #rows = 0;
  #pictures = 0;

  constructor(out: string, tools: RowTools, onProgress: (progress: DownloadProgress) => void) {
    this.#out = out;
    this.#tools = tools;
    this.#onProgress = onProgress;
    this.#contents = tools.settings.duplicates === "content" ? new Fingerprints() : undefined;
  }

  /**
   * Fetches the lists of these files.
   * @throws {InputError} DOWNLOAD_LIST_DIFFERS, and what reading the list throws
   * @throws the signal's reason
   */
  async download(files: readonly string[]): Promise<void> {
    const { urlColumn: url, captionColumn: caption, hashColumn: hash, ...settings } = this.#tools.settings;
    const list = readList(files, { url, caption, hash }, () => void this.#malformed++);
    const shards = planShards(list, settings.rowsPerShard, settings.duplicates !== "keep");
    for await (const fetched of mapInOrder(shards, 1, (shard) => this.#fetch(shard))) {
      if ("before" in fetched) await this.#keep(fetched.shard, fetched.before);
      else await this.#write(fetched.shard, fetched.result, fetched.started);
    }
  }

  /** What has come so far: whole shards alone. */
  report(interrupted: boolean): DownloadReport {
    const statuses = new Map<RowStatus, number>();
    for (const [status, count] of this.#shards.flatMap((shard) => Object.entries(shard.statuses)))
      if (isRowStatus(status)) statuses.set(status, (statuses.get(status) ?? 0) + count);
    const total = (count: (shard: ShardStats) => number): number =>
      this.#shards.reduce((sum, shard) => sum + count(shard), 0);
    return {
      rows: total(({ rows }) => rows),
      successes: total(({ successes }) => successes),
      statuses: Object.fromEntries(byFrequency(statuses)),
      malformed: this.#malformed,
      bytes: total(({ bytes }) => bytes),
      shards: this.#shards.length,
      shardsBefore: this.#shardsBefore,
      interrupted,
    };
  }

  /** Removes what is unfinished. */
  async [Symbol.asyncDispose](): Promise<void> {
    for (const spool of this.#spools) await spool[Symbol.asyncDispose]();
  }

  async #fetch(shard: PlannedShard): Promise<Fetched> {
    const before = await this.#statsOfWhole(shard);
    if (before !== undefined) return { shard, before };
    const { queue, signal } = this.#tools;
    await queue.calm();
    signal.throwIfAborted();
    const started = performance.now();
    const spool = new Spool(this.#base(shard));
    this.#spools.add(spool);
    const outcomes = await Promise.all(
      shard.rows.map(async (row) => {
        const outcome = await downloadRow(row, spool, this.#tools);
        this.#advance(1, outcome.picture === undefined ? 0 : 1);
        return outcome;
      }),
    );
    return { shard, result: { rows: shard.rows, outcomes, spool }, started };
  }

  /** The statistics of a shard that an earlier run wrote. */
  async #statsOfWhole(shard: PlannedShard): Promise<ShardStats | undefined> {
    const base = this.#base(shard);
    const stats = await readStats(statsPath(base));
    const paths = [dataPath(base, this.#tools.settings.output), tablePath(base)];
    if (stats === undefined || !(await Promise.all(paths.map(exists))).every(Boolean)) return undefined;
    if (stats.list === shard.list) return stats;
    throw new InputError(
      "DOWNLOAD_LIST_DIFFERS",
      statsPath(base),
      "the shard was made from other rows than the list has now",
      "give the list as it was to go on, or another folder",
    );
  }

  async #keep(shard: PlannedShard, before: ShardStats): Promise<void> {
    const columns = ["status", "sha256"];
    if (this.#contents !== undefined)
      for await (const rows of readParquet(tablePath(this.#base(shard)), { columns }))
        for (const { status, sha256 } of rows)
          if (status === "success") this.#contents.add(fingerprintOf(String(sha256)));
    this.#shards.push(before);
    this.#shardsBefore++;
    this.#advance(before.rows, before.successes);
  }

  async #write(shard: PlannedShard, result: ShardResult, started: number): Promise<void> {
    const base = this.#base(shard);
    const { statuses, bytes } = await writeShard(base, result, this.#tools.settings, this.#contents);
    const successes = statuses.get("success") ?? 0;
    const stats = {
      rows: shard.rows.length,
      successes,
      failures: shard.rows.length - successes,
      bytes,
      seconds: Math.round(performance.now() - started) / 1000,
      statuses: Object.fromEntries(byFrequency(statuses)),
      list: shard.list,
    };
    await writeStats(statsPath(base), stats);
    this.#shards.push(stats);
    this.#spools.delete(result.spool);
    await result.spool[Symbol.asyncDispose]();
  }

  #advance(rows: number, pictures: number): void {
    this.#rows += rows;
    this.#pictures += pictures;
    this.#onProgress({ rows: this.#rows, pictures: this.#pictures });
  }

  #base(shard: PlannedShard): string {
    return join(this.#out, String(shard.number).padStart(5, "0"));
  }
}

/** The statistics of a shard: written last, so that where they are the shard is whole. */
const statsPath = (base: string): string => `${base}_stats.json`;

const exists = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  );
