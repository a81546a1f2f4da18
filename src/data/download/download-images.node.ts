import { setMaxListeners } from "node:events";
import { availableParallelism } from "node:os";
import { key } from "../../engine/random.ts";
import { limiter } from "../../platform/limiter.ts";
import { lockDestination } from "../formats/lock-destination.node.ts";
import { addressRule } from "./address.node.ts";
import { prepareFolder } from "./download-folder.node.ts";
import { DownloadRun, type DownloadProgress, type DownloadReport } from "./download-run.node.ts";
import { FileFetcher } from "./fetch-file.node.ts";
import { HostQueue } from "./host-queue.ts";
import { HostResolver, systemResolve, type Resolve } from "./resolve-host.node.ts";
import type { BackOff } from "./retry.ts";
import { parseSettings, type DownloadSettingsInput } from "./settings.ts";
import { listFiles } from "./url-list.node.ts";
import { userAgent } from "./user-agent.node.ts";

/** How a download is run. What decides its result is in {@link DownloadSettingsInput}. */
export interface DownloadOptions extends DownloadSettingsInput {
  /** Folder that the shards go to. A download of the same list and settings that is there already goes on. */
  readonly out: string;
  /** Files at once; 64 if absent. */
  readonly concurrency?: number;
  /** Files at once of one host; 4 if absent. */
  readonly perHost?: number;
  /** Waits between attempts; from one second to one minute if absent. */
  readonly backOff?: BackOff;
  /** Private, loopback or otherwise reserved addresses and networks that may be connected to, as `10.1.0.0/16`; none if absent. */
  readonly allowNetworks?: readonly string[];
  /** What the servers are told of who asks; see {@link userAgent}. Opt-out signals for the name before its `/` are respected. */
  readonly userAgent?: string;
  /** Names to addresses; by the system's name servers if absent. */
  readonly resolve?: Resolve;
  /** Ends the run; shards that are whole stay. */
  readonly signal?: AbortSignal;
  /** Told after each row. */
  readonly onProgress?: (progress: DownloadProgress) => void;
}

/**
 * Fetches the pictures of a list of addresses into shards, as img2dataset does: `NNNNN.tar` (or a folder, or pictures within the table), a table
 * `NNNNN.parquet` with the status of each row, and `NNNNN_stats.json`, which is written last. Killed at any moment, the same call goes on with
 * the shards that are not whole and gives the same result, as far as the servers do.
 *
 * @param list a .txt, .csv, .tsv, .jsonl or .parquet file, or a folder of them
 * @throws {InputError} DOWNLOAD_NETWORK_INVALID, LIST_NOT_FOUND, LIST_NOT_RECOGNISED, COLUMN_MISSING, TABLE_NOT_READABLE, PARQUET_NOT_READABLE, PARQUET_CORRUPT,
 *   DOWNLOAD_SETTING_INVALID, DOWNLOAD_FOLDER_TAKEN, DOWNLOAD_SETTINGS_DIFFER, DOWNLOAD_LIST_DIFFERS, DESTINATION_BUSY, FILE_NOT_WRITABLE
 */
export async function downloadImages(list: string, options: DownloadOptions): Promise<DownloadReport> {
  const { out, concurrency, perHost, backOff, allowNetworks, resolve, signal, onProgress, ...rest } = options;
  const { userAgent: agent = userAgent(), ...input } = rest;
  const settings = parseSettings(input);
  const resolver = new HostResolver(resolve ?? systemResolve(), addressRule(allowNetworks ?? []));
  const files = await listFiles(list);
  await using _lock = await lockDestination(out);
  await prepareFolder(out, settings);
  const end = new AbortController();
  setMaxListeners(0, end.signal); // every row that is under way listens
  const stop = (): void => end.abort();
  signal?.addEventListener("abort", stop);
  const optOut = new Set(settings.optOut);
  using fetcher = new FileFetcher(resolver, { ...settings, optOut, userAgent: agent, signal: end.signal });
  using queue = new HostQueue({ concurrency: concurrency ?? 64, perHost: perHost ?? 4 });
  const tools = {
    settings,
    fetcher,
    queue,
    decoding: limiter(availableParallelism()),
    backOff: backOff ?? { first: 1000, longest: 60_000 },
    random: key(0),
    signal: end.signal,
  };
  await using run = new DownloadRun(out, tools, onProgress ?? (() => {}));
  try {
    if (signal?.aborted) stop();
    await run.download(files);
    return run.report(false);
  } catch (error) {
    if (!end.signal.aborted) throw error;
    return run.report(true);
  } finally {
    signal?.removeEventListener("abort", stop);
    end.abort(); // whatever is still under way after a failure
  }
}
