import { createHash } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import type { Key } from "../../engine/random.ts";
import { encodePicture } from "./encode-picture.node.ts";
import type { FetchedFile, FileFetcher } from "./fetch-file.node.ts";
import type { HostQueue } from "./host-queue.ts";
import { parseHttpUrl } from "./http-url.ts";
import { DownloadFailure, type FailureReason, type RowStatus } from "./outcome.ts";
import type { Size } from "./resize-plan.ts";
import { backOffDelay, type BackOff } from "./retry.ts";
import type { DownloadSettings } from "./settings.ts";
import type { Spool, Spooled } from "./spool.node.ts";
import type { ListRow } from "./url-list.node.ts";

/** A row of the list, and whether an earlier one has its address and it is not to be fetched again. */
export interface PlannedRow extends ListRow {
  readonly isRepeated: boolean;
}

/** How a row ended. */
export interface RowOutcome {
  readonly status: RowStatus;
  /** What was found, where it failed. */
  readonly detail?: string;
  readonly attempts: number;
  readonly httpStatus?: number | undefined;
  readonly contentType?: string | undefined;
  /** The picture, where there is one. */
  readonly picture?: KeptPicture;
}

/** A picture that waits in a spool to be written. */
export interface KeptPicture extends Size {
  readonly spooled: Spooled;
  /** Before resizing. */
  readonly original: Size;
  /** Of the file as it came. */
  readonly bytes: number;
  /** Of the file as it came, in hex. */
  readonly sha256: string;
}

/** What the rows of a run share. */
export interface RowTools {
  readonly settings: DownloadSettings;
  readonly fetcher: FileFetcher;
  readonly queue: HostQueue;
  /** Keeps the number of pictures small that are decoded at once. */
  readonly decoding: <T>(work: () => Promise<T>) => Promise<T>;
  readonly backOff: BackOff;
  readonly random: Key;
  readonly signal: AbortSignal;
}

/**
 * Fetches one row's picture, in as many attempts as it takes, and puts it into the spool. Waiting for the next attempt keeps nobody else
 * from going on. A host that says how long to wait is left alone for that time, if it is no longer than the longest back-off.
 *
 * @throws the signal's reason
 */
export async function downloadRow(row: PlannedRow, spool: Spool, tools: RowTools): Promise<RowOutcome> {
  const url = parseHttpUrl(row.url);
  if (row.url === "") return failed("URL_MISSING");
  if (url === undefined) return failed("URL_INVALID");
  if (row.isRepeated) return failed("DUPLICATE_URL");
  const { queue, settings, backOff, random, signal } = tools;
  for (let attempt = 1; ; attempt++) {
    try {
      const outcome = await queue.run(url.host, () => attemptRow(url, row, spool, tools));
      return { ...outcome, attempts: attempt };
    } catch (error) {
      if (!(error instanceof DownloadFailure)) throw error;
      const { reason, message: detail, isTransient, httpStatus, retryAfter = 0 } = error;
      const isLast = !isTransient || attempt > settings.retries || retryAfter > backOff.longest;
      if (retryAfter > 0) queue.pause(url.host, Math.min(retryAfter, backOff.longest));
      if (isLast) return { status: reason, detail, attempts: attempt, httpStatus };
      await sleep(Math.max(retryAfter, backOffDelay(backOff, random, row.index, attempt)), undefined, { signal });
    }
  }
}

const failed = (status: FailureReason): RowOutcome => ({ status, attempts: 0 });

async function attemptRow(
  url: URL,
  row: PlannedRow,
  spool: Spool,
  { fetcher, decoding, settings, signal }: RowTools,
): Promise<Omit<RowOutcome, "attempts">> {
  signal.throwIfAborted(); // it may have waited for long
  const file = await fetcher.fetch(url);
  if (row.hash !== undefined) checkHash(file, row.hash);
  const { bytes, httpStatus, contentType } = file;
  try {
    const { bytes: encoded, width, height, original } = await decoding(() => encodePicture(bytes, settings));
    const spooled = await spool.put(encoded);
    const picture = { spooled, width, height, original, bytes: bytes.length, sha256: hashOf("sha256", bytes) };
    return { status: "success", httpStatus, contentType, picture };
  } catch (error) {
    if (!(error instanceof DownloadFailure)) throw error;
    return { status: error.reason, detail: error.message, httpStatus, contentType };
  }
}

const algorithms = new Map([
  [32, "md5"],
  [40, "sha1"],
  [64, "sha256"],
]);

function checkHash({ bytes, httpStatus }: FetchedFile, expected: string): void {
  const algorithm = algorithms.get(expected.length);
  const found = algorithm === undefined ? "no hash of this length" : hashOf(algorithm, bytes);
  if (found !== expected.toLowerCase())
    throw new DownloadFailure("HASH_MISMATCH", `${found}, not ${expected}`, { httpStatus });
}

const hashOf = (algorithm: string, bytes: Uint8Array): string => createHash(algorithm).update(bytes).digest("hex");
