import { open, stat } from "node:fs/promises";
import { join, resolve } from "node:path";
import { isUrl } from "../data/formats/byte-stream.node.ts";
import { InputError } from "../platform/error.ts";
import { readBytes } from "../platform/node/files.ts";
import type { VectorBlock } from "./exact-search.ts";
import { indexName, Manifest, manifestName, type IndexedPicture } from "./index-format.ts";
import { openPart, type Part, type RowGroup } from "./index-part.node.ts";
import type { StoredVectors } from "./vector-column.ts";
import { widen } from "./widen.ts";

/** A row and its picture. */
export interface RowPicture {
  readonly row: number;
  readonly picture: IndexedPicture;
}

/**
 * An index, open for reading. Rows are numbered through its parts; some may be {@link PictureIndex.isAlive gone}. Vectors are read as they
 * are needed, or kept in memory after {@link PictureIndex.load}.
 */
export class PictureIndex {
  /** Its folder. */
  readonly path: string;
  readonly manifest: Manifest;
  /** Rows, those that are gone included. */
  readonly rows: number;
  /** Pictures. */
  readonly count: number;
  /** What was indexed. */
  readonly source: string;
  readonly #groups: readonly Group[];
  readonly #gone: ReadonlySet<number>;
  readonly #recent = new Map<Group, readonly IndexedPicture[]>();
  #loaded: readonly VectorBlock[] | undefined;

  private constructor(path: string, manifest: Manifest, parts: readonly Part[]) {
    this.path = path;
    this.manifest = manifest;
    const starts = startsOf(parts.map(({ rows }) => rows));
    this.#groups = parts.flatMap((part, i) =>
      part.groups.map((group) => ({ part, group, start: starts[i]! + group.start, rows: group.rows })),
    );
    this.#gone = new Set(manifest.parts.flatMap(({ gone }, i) => gone.map((row) => starts[i]! + row)));
    this.rows = parts.reduce((total, { rows }) => total + rows, 0);
    this.count = this.rows - this.#gone.size;
    this.source = isUrl(manifest.source) ? manifest.source : resolve(path, manifest.source);
  }

  /**
   * Opens an index: its folder, or a folder or file that `fovea index` was run on.
   * @throws {InputError} INDEX_MISSING, INDEX_INVALID, INDEX_OUTDATED, INDEX_CORRUPT
   */
  static async open(path: string): Promise<PictureIndex> {
    const folder = await findIndex(path);
    const manifest = await readManifest(folder);
    if (manifest === undefined) throw missing(path, await isFolder(path));
    return PictureIndex.of(folder, manifest);
  }

  /** The index of a manifest that is already read. @throws {InputError} INDEX_CORRUPT */
  static async of(folder: string, manifest: Manifest): Promise<PictureIndex> {
    const { width, dtype } = manifest;
    const parts = await Promise.all(manifest.parts.map(({ file }) => openPart(join(folder, file), width, dtype)));
    for (const [i, { file, rows }] of manifest.parts.entries())
      if (parts[i]!.rows !== rows)
        throw new InputError(
          "INDEX_CORRUPT",
          join(folder, file),
          `it holds ${parts[i]!.rows} rows, not ${rows}`,
          "remove the index and make it again with `fovea index`",
        );
    return new PictureIndex(folder, manifest, parts);
  }

  /** Whether a row still counts. */
  readonly isAlive = (row: number): boolean => !this.#gone.has(row);

  /** Keeps all vectors in memory from now on, in single precision: for many searches. */
  async load(): Promise<void> {
    const blocks: VectorBlock[] = [];
    for await (const { vectors, ...rows } of this.blocks())
      blocks.push({ ...rows, vectors: vectors instanceof Float32Array ? vectors : widen(vectors) });
    this.#loaded = blocks;
  }

  /** All rows with their vectors, in order. @throws {InputError} INDEX_CORRUPT */
  async *blocks(): AsyncGenerator<VectorBlock> {
    if (this.#loaded !== undefined) yield* this.#loaded;
    else
      for (const { part, group, start, rows } of this.#groups)
        yield { start, rows, vectors: await part.vectors(group) };
  }

  /** All pictures, a row group at a time, those that are gone left out. @throws {InputError} INDEX_CORRUPT */
  async *pictures(): AsyncGenerator<RowPicture[]> {
    for (const { part, group, start } of this.#groups) {
      const pictures = await part.pictures(group);
      yield pictures.map((picture, i) => ({ row: start + i, picture })).filter(({ row }) => this.isAlive(row));
    }
  }

  /** The pictures of some rows, in the order of `rows`. @throws {InputError} INDEX_CORRUPT */
  picturesOf(rows: readonly number[]): Promise<IndexedPicture[]> {
    return this.#pick(rows, async (group) => {
      const pictures = this.#recent.get(group) ?? (await group.part.pictures(group.group));
      this.#recent.delete(group);
      this.#recent.set(group, pictures); // the last used last
      for (const [oldest] of this.#recent) if (this.#recent.size > recentGroups) this.#recent.delete(oldest);
      return (at) => pictures[at]!;
    });
  }

  /** The vectors of some rows, in the order of `rows`. @throws {InputError} INDEX_CORRUPT */
  vectorsOf(rows: readonly number[]): Promise<StoredVectors[]> {
    const { width } = this.manifest;
    return this.#pick(rows, async ({ part, group }) => {
      const vectors = await part.vectors(group);
      return (at) => vectors.slice(at * width, (at + 1) * width);
    });
  }

  /** Reads each group that has some of the rows once. */
  async #pick<T>(rows: readonly number[], read: (group: Group) => Promise<(at: number) => T>): Promise<T[]> {
    const found = new Map<number, T>();
    const sorted = [...new Set(rows)].sort((a, b) => a - b);
    let next = 0;
    for (const group of this.#groups) {
      const end = group.start + group.rows;
      if (next === sorted.length || sorted[next]! >= end) continue;
      const itemAt = await read(group);
      for (; next < sorted.length && sorted[next]! < end; next++)
        found.set(sorted[next]!, itemAt(sorted[next]! - group.start));
    }
    return rows.map((row) => found.get(row)!);
  }

  /** Where a picture's file is; `undefined` if it has none of its own. */
  fileOf({ path }: IndexedPicture): string | undefined {
    return path === null ? undefined : resolve(this.path, this.manifest.base, path);
  }
}

/** Row groups whose pictures are kept for the next search: the ten that a query finds may be in as many groups. All 262,144 take some 200 MB. */
const recentGroups = 32;

/** A row group, and where it stands in the index. */
interface Group {
  readonly part: Part;
  readonly group: RowGroup;
  readonly start: number;
  readonly rows: number;
}

/** The first row of each part. */
export function startsOf(rows: readonly number[]): number[] {
  let start = 0;
  return rows.map((count) => (start += count) - count);
}

/** The index' folder that a user means by `path`; it need not exist. @throws {InputError} INDEX_OUTDATED */
export async function findIndex(path: string): Promise<string> {
  const candidates = [path, join(path, indexName), `${path}${indexName}`];
  for (const folder of candidates) if (await exists(join(folder, manifestName))) return folder;
  for (const file of candidates) await demandNotOutdated(file);
  return candidates[(await isFolder(path)) ? 1 : 2]!;
}

/** Demands that there is no index of the first format, which was one file. @throws {InputError} INDEX_OUTDATED */
export async function demandNotOutdated(path: string): Promise<void> {
  if (await isFirstFormat(path))
    throw new InputError(
      "INDEX_OUTDATED",
      path,
      "it was made by an earlier version, which kept an index in one file",
      "remove it and run `fovea index` again",
    );
}

/** An index' manifest; `undefined` if there is none. @throws {InputError} INDEX_INVALID */
export async function readManifest(folder: string): Promise<Manifest | undefined> {
  const path = join(folder, manifestName);
  if (!(await exists(path))) return undefined;
  try {
    return Manifest.parse(JSON.parse(new TextDecoder().decode(await readBytes(path))));
  } catch (cause) {
    throw new InputError(
      "INDEX_INVALID",
      path,
      "it is not an index of pictures",
      "make one with `fovea index FOLDER`",
      {
        cause,
      },
    );
  }
}

const missing = (path: string, isThere: boolean): InputError =>
  new InputError(
    "INDEX_MISSING",
    path,
    "there is no index of it",
    isThere ? `run: fovea index ${path}` : "check the path",
  );

/** An index of the first format is a safetensors file that names itself in its header. */
async function isFirstFormat(path: string): Promise<boolean> {
  if (!((await stat(path).catch(() => undefined))?.isFile() ?? false)) return false;
  await using file = await open(path, "r");
  const { buffer, bytesRead } = await file.read(Buffer.alloc(4096), 0, 4096, 0);
  return buffer.toString("latin1", 0, bytesRead).includes('"format":"fovea-index-1"');
}

const exists = async (path: string): Promise<boolean> => (await stat(path).catch(() => undefined)) !== undefined;

const isFolder = async (path: string): Promise<boolean> =>
  (await stat(path).catch(() => undefined))?.isDirectory() ?? false;
