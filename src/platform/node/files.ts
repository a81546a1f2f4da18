import { randomUUID } from "node:crypto";
import { closeSync, fstatSync, open as openWithCallback, read } from "node:fs";
import { open, rename, rm, type FileHandle } from "node:fs/promises";
import { dirname, isAbsolute, relative, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { InputError } from "../error.ts";
import { notWritable } from "./writing.ts";

const openFile = promisify(openWithCallback);
const readOpen = promisify(read);

/** Half-open byte range. */
type Range = readonly [start: number, end: number];

/**
 * Reads a file (path or `file:` URL) or an `http(s):` URL, or the half-open byte `range` of it.
 *
 * @throws {InputError} FILE_NOT_READABLE: missing, not permitted, shorter than the range, or the server refused
 */
export async function readBytes(at: string | URL, range?: Range): Promise<Uint8Array> {
  const url = typeof at === "string" ? (/^(https?|file):\/\//.test(at) ? new URL(at) : undefined) : at;
  try {
    if (url && url.protocol !== "file:") return await readUrl(url, range);
    return await readFile(url ? fileURLToPath(url) : String(at), range);
  } catch (cause) {
    const isOfFolder = cause instanceof Error && "code" in cause && cause.code === "EISDIR";
    const found = isOfFolder ? "it is a folder, not a file" : reasonOf(cause);
    throw new InputError("FILE_NOT_READABLE", String(at), found, "check the path and its permissions", { cause });
  }
}

/**
 * Writes a file so that a reader, or a crash at any moment, sees the old file or the new one, never a part:
 * a temporary file in the same folder, flushed to disk, is renamed over `path`, and the folder is flushed.
 *
 * @param again how the work goes on after the disk has space again, for the error's text
 * @throws {InputError} FILE_NOT_WRITABLE
 */
export async function writeAtomic(path: string, bytes: Uint8Array | string, again?: string): Promise<void> {
  const temporary = `${path}.${randomUUID()}.tmp`;
  try {
    await withFile(await open(temporary, "wx"), async (file) => {
      await file.writeFile(bytes);
      await file.sync();
    });
    await rename(temporary, path);
  } catch (cause) {
    await rm(temporary, { force: true }).catch(() => {}); // below a file, or on a broken disk, this fails for the same reason
    throw notWritable(path, cause, again);
  }
  // Windows cannot open a folder; there the rename itself is journalled.
  if (process.platform !== "win32") await withFile(await open(dirname(path), "r"), (folder) => folder.sync());
}

/** Runs `work` on an open file and closes it, also on throw. */
async function withFile<T>(file: FileHandle, work: (file: FileHandle) => Promise<T>): Promise<T> {
  try {
    return await work(file);
  } finally {
    await file.close();
  }
}

/**
 * Opening and reading may wait for a disk or a server, so they happen on another thread; each way there and back costs about 0.1 ms, more
 * than the rest of a small file. The other two calls wait for nothing. (Not `fs.readFile`: it refuses files of 2 GiB and more.)
 */
async function readFile(path: string, range: Range | undefined): Promise<Uint8Array> {
  const file = await openFile(path, "r");
  try {
    const [start, end] = range ?? [0, fstatSync(file).size];
    const bytes = new Uint8Array(end - start);
    for (let filled = 0; filled < bytes.length;) {
      const wanted = Math.min(bytes.length - filled, 2 ** 30);
      const { bytesRead } = await readOpen(file, bytes, filled, wanted, start + filled);
      if (bytesRead === 0) throw new Error(`it ends at byte ${start + filled}, before byte ${end}`);
      filled += bytesRead;
    }
    return bytes;
  } finally {
    closeSync(file);
  }
}

async function readUrl(url: URL, range: Range | undefined): Promise<Uint8Array> {
  if (range && range[0] === range[1]) return new Uint8Array();
  const response = await fetch(url, range ? { headers: { range: `bytes=${range[0]}-${range[1] - 1}` } } : {});
  if (!response.ok) throw new Error(`the server answered ${response.status} ${response.statusText}`);
  const body = new Uint8Array(await response.arrayBuffer());
  if (!range) return body;
  const [start, end] = range;
  const bytes = response.status === 206 ? body : body.subarray(start, end); // 200: the server knows no ranges
  if (bytes.length !== end - start) throw new Error(`it has no bytes ${start} to ${end}`);
  return bytes;
}

/** The path from a folder to something below it; `undefined` if it lies elsewhere. Both are taken from the current folder. */
export function pathWithin(folder: string, path: string): string | undefined {
  const inside = relative(folder, path);
  return isAbsolute(inside) || inside === ".." || inside.startsWith(`..${sep}`) ? undefined : inside;
}

/** The innermost message: `fetch` hides the reason of a network error in its cause. */
export function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error.cause instanceof Error) return reasonOf(error.cause);
  return error.message || ("code" in error ? String(error.code) : error.name); // an AggregateError has no message
}
