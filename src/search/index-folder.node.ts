import { randomUUID } from "node:crypto";
import { readdir, rm, rmdir } from "node:fs/promises";
import { join } from "node:path";
import { InputError } from "../platform/error.ts";
import { writeAtomic } from "../platform/node/files.ts";
import { lockFile } from "../platform/node/lock.ts";
import { makeFolder, writing } from "../platform/node/writing.ts";
import { manifestName, type IndexedPicture, type Manifest, type PartEntry } from "./index-format.ts";
import { groupRows, PartWriter } from "./index-part.node.ts";
import type { PictureIndex } from "./picture-index.node.ts";
import { dtypeOf, vectorsFor, type StoredVectors } from "./vector-column.ts";

/** Files that an index is made of, and those that are there while it is made. */
const ownFile = /^(?:(?:part|graph)-[\da-f]{8}-[\da-f-]{27}\.|index\.json|lock\.json)/;

/**
 * Makes an index' folder, and keeps other runs out of it until it is disposed; then the folder goes if nothing was written.
 * @throws {InputError} FILE_NOT_WRITABLE, INDEX_BUSY, INDEX_PLACE_TAKEN if the folder holds other files
 */
export async function lockIndex(folder: string): Promise<AsyncDisposable> {
  await makeFolder(folder);
  const other = (await readdir(folder)).find((name) => !ownFile.test(name));
  if (other !== undefined)
    throw new InputError(
      "INDEX_PLACE_TAKEN",
      folder,
      `the folder holds other files, e.g. ${other}`,
      "give a new folder for the index with --out",
    );
  const path = join(folder, "lock.json");
  const busy = (pid: number): InputError =>
    new InputError(
      "INDEX_BUSY",
      folder,
      `process ${pid} is writing to it`,
      `wait until it ends; if it is no run of fovea, remove ${path}`,
    );
  const lock = await writing(folder, () => lockFile(path, busy));
  return {
    async [Symbol.asyncDispose]() {
      await lock[Symbol.asyncDispose]();
      await rmdir(folder).catch(() => {}); // refused if there is anything in it
    },
  };
}

/** Puts a manifest in place of the one there is, in one step. */
export const writeManifest = (folder: string, manifest: Manifest): Promise<void> =>
  writeAtomic(join(folder, manifestName), `${JSON.stringify(manifest)}\n`);

/** Removes files that the manifest does not name: of runs that were killed, or replaced. */
export async function sweepIndex(folder: string, { parts, graph }: Manifest): Promise<void> {
  const isKept = new Set([...parts.map(({ file }) => file), graph?.file, manifestName, "lock.json"]);
  for (const name of await readdir(folder))
    if (ownFile.test(name) && !isKept.has(name)) await rm(join(folder, name), { force: true });
}

/** Writes a part of an index. @param vectors `[pictures, width]` */
export async function writePart(
  folder: string,
  pictures: readonly IndexedPicture[],
  vectors: StoredVectors,
  width: number,
): Promise<PartEntry> {
  const file = `part-${randomUUID()}.parquet`;
  await using part = await PartWriter.create(join(folder, file), width, dtypeOf(vectors));
  for (let start = 0; start < pictures.length; start += groupRows) {
    const end = Math.min(start + groupRows, pictures.length);
    await part.append(pictures.slice(start, end), vectors.subarray(start * width, end * width));
  }
  await part.close();
  return { file, rows: pictures.length, gone: [] };
}

/** Parts of this many rows are left as they are, unless a quarter of their rows is gone. */
const largePart = 100_000;
/** More small parts than this are made one. */
const manyParts = 8;

/** The parts of an index that are better made one: from the first of them on. `undefined` if it is well as it is. */
export function partsToMerge(parts: readonly PartEntry[]): number | undefined {
  const isWorn = ({ rows, gone }: PartEntry): boolean => gone.length * 4 > rows;
  const from = parts.findIndex((part) => part.rows < largePart || isWorn(part));
  if (from === -1) return undefined;
  return parts.length - from > manyParts || parts.slice(from).some(isWorn) ? from : undefined;
}

/** Writes the rows of the parts from `from` on, those that are gone left out, as one part. */
export async function mergeParts(index: PictureIndex, from: number): Promise<PartEntry[]> {
  const { parts, width, dtype } = index.manifest;
  const first = parts.slice(0, from).reduce((total, { rows }) => total + rows, 0);
  const file = `part-${randomUUID()}.parquet`;
  await using part = await PartWriter.create(join(index.path, file), width, dtype);
  let pictures: IndexedPicture[] = [];
  let vectors = vectorsFor(dtype, groupRows * width);
  const write = async (): Promise<void> => {
    await part.append(pictures, vectors.subarray(0, pictures.length * width));
    pictures = [];
    vectors = vectorsFor(dtype, groupRows * width);
  };
  const listed = index.pictures();
  for await (const block of index.blocks()) {
    const next = await listed.next();
    const rows = next.done === true ? [] : next.value;
    if (block.start < first) continue;
    for (const { row, picture } of rows) {
      const at = (row - block.start) * width;
      vectors.set(block.vectors.subarray(at, at + width), pictures.length * width);
      pictures.push(picture);
      if (pictures.length === groupRows) await write();
    }
  }
  await write();
  if (part.rows === 0) return [];
  await part.close();
  return [{ file, rows: part.rows, gone: [] }];
}
