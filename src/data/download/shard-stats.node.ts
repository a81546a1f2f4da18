import { readFile } from "node:fs/promises";
import * as z from "zod";
import { writeAtomic } from "../../platform/node/files.ts";

/** What `NNNNN_stats.json` says of a shard. It is written last: where it is, the shard is whole. */
const ShardStats = z.object({
  rows: z.int(),
  successes: z.int(),
  failures: z.int(),
  /** Bytes of the files of successes, as they came. */
  bytes: z.int(),
  seconds: z.number(),
  /** How often each status occurred, the most frequent first. */
  statuses: z.record(z.string(), z.int()),
  /** SHA-256 of the rows of the list that it was made from. */
  list: z.string(),
});

/** What there is to count in a shard. */
export type ShardStats = z.infer<typeof ShardStats>;

/** The statistics of a shard that is whole; `undefined` if it is not. */
export async function readStats(path: string): Promise<ShardStats | undefined> {
  try {
    return ShardStats.parse(JSON.parse(await readFile(path, "utf8")));
  } catch {
    return undefined;
  }
}

/** Writes a shard's statistics. */
export const writeStats = (path: string, stats: ShardStats): Promise<void> =>
  writeAtomic(path, `${JSON.stringify(stats, undefined, 2)}\n`);
