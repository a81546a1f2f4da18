import { createHash } from "node:crypto";
import { open, rename, rm, stat, truncate } from "node:fs/promises";
import { InputError } from "../../platform/error.ts";
import { HubStatusError } from "./hub-error.node.ts";

/** What is known of a file before it is fetched. */
export interface RemoteFile {
  readonly url: string;
  /** Bytes. */
  readonly size: number;
  /** The file's SHA-256 (large files), or its git blob id: the SHA-1 of `blob SIZE\0` and the file. */
  readonly hash: { readonly algorithm: "sha256" | "git-sha1"; readonly hex: string };
}

/** How {@link download} reaches the network, stops and reports. */
export interface DownloadOptions {
  readonly fetch: typeof fetch;
  readonly signal?: AbortSignal | undefined;
  /** Called with the bytes of this file that are there so far. */
  readonly onBytes?: ((received: number) => void) | undefined;
}

/**
 * Fetches a file to `path`. What arrives is kept in `path.incomplete`, so that a broken or interrupted download goes on
 * where it stopped, in this call or the next; the file takes its name only when its hash is right.
 *
 * @throws {InputError} HUB_INTERRUPTED, HUB_HASH_MISMATCH
 */
export async function download(file: RemoteFile, path: string, options: DownloadOptions): Promise<void> {
  const partial = `${path}.incomplete`;
  await (await open(partial, "a")).close();
  if ((await sizeOf(partial)) > file.size) await truncate(partial);
  for (let have = await sizeOf(partial); have < file.size; have = await sizeOf(partial)) {
    let failure: unknown;
    try {
      await receive(file, partial, have, options);
    } catch (error) {
      failure = error;
    }
    options.signal?.throwIfAborted();
    if ((await sizeOf(partial)) > have) continue; // go on as long as every attempt brings something
    const broken = !(failure instanceof Error) || (have > 0 && failure instanceof TypeError);
    throw broken ? interrupted(file, have, failure) : failure;
  }
  await checkHash(file, partial);
  await rename(partial, path);
}

/** Appends what the server sends from byte `have` on. */
async function receive(file: RemoteFile, partial: string, have: number, options: DownloadOptions): Promise<void> {
  const headers = { "accept-encoding": "identity", ...(have > 0 && { range: `bytes=${have}-` }) };
  const response = await options.fetch(file.url, { headers, signal: options.signal ?? null });
  if (!response.ok) throw new HubStatusError(response.status);
  const resumed = response.status === 206 && response.headers.get("content-range")?.startsWith(`bytes ${have}-`);
  let received = resumed ? have : 0;
  const out = await open(partial, resumed ? "a" : "w");
  try {
    for await (const chunk of response.body ?? []) {
      await out.write(chunk);
      received += chunk.length;
      options.onBytes?.(received);
      if (received > file.size) break; // too long: the hash will tell
    }
    await out.sync();
  } finally {
    await out.close();
  }
}

async function checkHash(file: RemoteFile, partial: string): Promise<void> {
  const { algorithm, hex } = file.hash;
  const hash = createHash(algorithm === "sha256" ? "sha256" : "sha1");
  if (algorithm === "git-sha1") hash.update(`blob ${file.size}\0`);
  const input = await open(partial, "r");
  try {
    const buffer = new Uint8Array(2 ** 20);
    for (let filled = 1; filled > 0;) {
      filled = (await input.read(buffer, 0, buffer.length)).bytesRead;
      hash.update(buffer.subarray(0, filled));
    }
  } finally {
    await input.close();
  }
  const found = hash.digest("hex");
  if (found === hex) return;
  await rm(partial);
  throw new InputError(
    "HUB_HASH_MISMATCH",
    file.url,
    `what arrived has the hash ${found}, the Hub names ${hex}; it was removed`,
    "fetch it again; if it fails again, something between you and the Hub changes files",
  );
}

function interrupted(file: RemoteFile, have: number, cause: unknown): InputError {
  const found = `it broke off after ${have} of ${file.size} bytes`;
  return new InputError("HUB_INTERRUPTED", file.url, found, "run it again: it goes on from there", { cause });
}

const sizeOf = async (path: string) => (await stat(path)).size;
