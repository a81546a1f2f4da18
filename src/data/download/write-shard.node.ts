import { basename } from "node:path";
import { ParquetWriter } from "../formats/parquet/write-parquet.node.ts";
import type { PlannedRow, RowOutcome } from "./download-row.node.ts";
import type { Fingerprints } from "./fingerprints.ts";
import type { RowStatus } from "./outcome.ts";
import { pictureEnding, rowColumns, rowKey, rowRecord, sideCar } from "./row-record.node.ts";
import type { DownloadSettings } from "./settings.ts";
import { folderSink, tarSink, type SampleFiles, type ShardSink } from "./shard-sink.node.ts";
import type { Spool } from "./spool.node.ts";

/** A shard whose rows have all ended. */
export interface ShardResult {
  readonly rows: readonly PlannedRow[];
  /** One for each row. */
  readonly outcomes: readonly RowOutcome[];
  readonly spool: Spool;
}

/** What came of a shard's rows. */
export interface WrittenShard {
  readonly statuses: ReadonlyMap<RowStatus, number>;
  /** Of the files of successes, as they came. */
  readonly bytes: number;
}

/**
 * Writes a shard's samples in the order of the list, and a table of all its rows; with Parquet output the pictures are in that table, as Hugging
 * Face's `datasets` has them.
 *
 * @param base path without ending: `base.tar` or the folder `base`, and `base.parquet`
 * @param contents the files of earlier shards, if a file is to be taken once
 */
export async function writeShard(
  base: string,
  { rows, outcomes, spool }: ShardResult,
  { output, rowsPerShard }: DownloadSettings,
  contents: Fingerprints | undefined,
): Promise<WrittenShard> {
  const statuses = new Map<RowStatus, number>();
  let total = 0;
  const withImage = { image: { struct: { bytes: "bytes", path: "string" } }, ...rowColumns } as const;
  await using table = await ParquetWriter.create(tablePath(base), output === "parquet" ? withImage : rowColumns);
  await using sink = await openSink(base, output);
  for (const [i, row] of rows.entries()) {
    const key = rowKey(basename(base), i, rowsPerShard);
    const outcome = withoutRepeat(outcomes[i]!, contents);
    statuses.set(outcome.status, (statuses.get(outcome.status) ?? 0) + 1);
    const picture = outcome.picture && (await spool.get(outcome.picture.spooled));
    if (picture) await sink?.add(key, sampleFiles(picture, key, row, outcome));
    const image = picture && { bytes: picture, path: `${key}.${pictureEnding(picture)}` };
    await table.append({ ...rowRecord(key, row, outcome), ...(output === "parquet" && { image }) });
    total += outcome.picture?.bytes ?? 0;
  }
  await sink?.commit();
  await table.close();
  return { statuses, bytes: total };
}

/** The table of a shard's rows. */
export const tablePath = (base: string): string => `${base}.parquet`;

/** The file or folder of a shard's pictures. */
export const dataPath = (base: string, output: DownloadSettings["output"]): string =>
  ({ webdataset: `${base}.tar`, files: base, parquet: tablePath(base) })[output];

async function openSink(base: string, output: DownloadSettings["output"]): Promise<ShardSink | undefined> {
  if (output === "parquet") return undefined;
  return await (output === "webdataset" ? tarSink : folderSink)(dataPath(base, output));
}

/** A success becomes a failure if an earlier row has the same file. */
function withoutRepeat(outcome: RowOutcome, contents: Fingerprints | undefined): RowOutcome {
  const { picture, ...rest } = outcome;
  if (picture === undefined || contents === undefined || contents.add(fingerprintOf(picture.sha256))) return outcome;
  return { ...rest, status: "DUPLICATE_CONTENT", detail: picture.sha256 };
}

/** The first 64 bits of a hash in hex. */
export const fingerprintOf = (hex: string): bigint => BigInt(`0x${hex.slice(0, 16)}`);

function sampleFiles(picture: Uint8Array, key: string, row: PlannedRow, outcome: RowOutcome): SampleFiles {
  const text = (content: string): Uint8Array => new TextEncoder().encode(content);
  return {
    [pictureEnding(picture)]: picture,
    ...(row.caption !== undefined && { txt: text(row.caption) }),
    json: text(JSON.stringify(sideCar(key, row, outcome))),
  };
}
