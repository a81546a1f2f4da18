import { createHash } from "node:crypto";
import type { PlannedRow } from "./download-row.node.ts";
import { Fingerprints } from "./fingerprints.ts";
import { parseHttpUrl } from "./http-url.ts";
import type { ListRow } from "./url-list.node.ts";
import { fingerprintOf } from "./write-shard.node.ts";

/** The rows of one shard. */
export interface PlannedShard {
  readonly number: number;
  readonly rows: readonly PlannedRow[];
  /** SHA-256 of the rows' addresses, captions and hashes: whether a shard that exists was made from them. */
  readonly list: string;
}

/**
 * Divides a list into shards. Which rows repeat an address depends on the list alone, so that it is the same when a download goes on.
 * @param onceEach whether an address is to be fetched only once
 */
export async function* planShards(
  rows: AsyncIterable<ListRow>,
  rowsPerShard: number,
  onceEach: boolean,
): AsyncGenerator<PlannedShard> {
  const seen = onceEach ? new Fingerprints() : undefined;
  let number = 0;
  let planned: PlannedRow[] = [];
  let hash = createHash("sha256");
  for await (const row of rows) {
    hash.update(`${JSON.stringify([row.url, row.caption, row.hash])}\n`);
    planned.push({ ...row, isRepeated: seen !== undefined && isRepeated(row.url, seen) });
    if (planned.length < rowsPerShard) continue;
    yield { number: number++, rows: planned, list: hash.digest("hex") };
    planned = [];
    hash = createHash("sha256");
  }
  if (planned.length > 0) yield { number, rows: planned, list: hash.digest("hex") };
}

function isRepeated(address: string, seen: Fingerprints): boolean {
  const url = parseHttpUrl(address);
  return url !== undefined && !seen.add(fingerprintOf(createHash("sha256").update(url.href).digest("hex")));
}
