import { randomUUID } from "node:crypto";
import { open, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import type { Index } from "usearch";
import { fromFloat16 } from "../io/float16.ts";
import { InputError } from "../platform/error.ts";
import { reasonOf } from "../platform/node/files.ts";
import { writing } from "../platform/node/writing.ts";
import type { FoundRow } from "./best-rows.ts";
import type { Manifest } from "./index-format.ts";
import { startsOf, type PictureIndex } from "./picture-index.node.ts";

/** Neighbours of a node, and candidates while building and searching: more than usearch takes by itself when it searches, for recall. */
const graphOptions = { connectivity: 16, expansion_add: 128, expansion_search: 128 } as const;

/** Threads that usearch takes; 0 are all cores. */
const allCores = 0;

/**
 * Makes or extends the graph of an index (HNSW, by usearch): for searches that do not compare every row. It holds the rows of the index'
 * parts by number, those that are gone included. A graph of the same first parts is extended.
 *
 * @param onProgress told how many rows it holds, of how many
 * @returns what the manifest has to say of it; `undefined` if usearch is not installed, which exact search does without
 */
export async function buildGraph(
  index: PictureIndex,
  onProgress?: (rows: number, total: number) => void,
): Promise<Manifest["graph"]> {
  const { graph: earlier, parts, width } = index.manifest;
  const names = parts.map(({ file }) => file);
  if (earlier !== undefined && earlier.parts.join() === names.join()) return earlier;
  const graph = await newGraph(width);
  if (graph === undefined) return undefined;
  const isBase = earlier !== undefined && earlier.parts.every((file, i) => file === names[i]);
  if (isBase) graph.load(join(index.path, earlier.file));
  const done = startsOf([...parts.map(({ rows }) => rows), 0])[isBase ? earlier.parts.length : 0]!;
  for await (const { start, rows, vectors } of index.blocks()) {
    if (start < done) continue;
    const keys = BigUint64Array.from({ length: rows }, (_, i) => BigInt(start + i));
    graph.add(keys, vectors instanceof Float32Array ? vectors : fromFloat16(vectors), allCores);
    onProgress?.(start + rows, index.rows);
  }
  const file = `graph-${randomUUID()}.usearch`;
  const temporary = join(index.path, `${file}.tmp`);
  try {
    graph.save(temporary);
    await writing(join(index.path, file), async () => {
      await using written = await open(temporary, "r");
      await written.sync();
      await rename(temporary, join(index.path, file));
    });
  } finally {
    await rm(temporary, { force: true });
  }
  return { file, parts: names };
}

/** A graph that is searched. */
export interface OpenGraph {
  /** About the nearest rows, best first. */
  readonly search: (query: Float32Array, count: number) => FoundRow[];
}

/**
 * Opens the graph of an index, without reading it: pages of the file are read as a search walks over them.
 * @returns `undefined` if the index has none of all its rows, or usearch is not installed
 * @throws {InputError} INDEX_CORRUPT
 */
export async function openGraph({ path, manifest }: PictureIndex): Promise<OpenGraph | undefined> {
  const { graph: entry, parts, width } = manifest;
  if (entry === undefined || entry.parts.join() !== parts.map(({ file }) => file).join()) return undefined;
  const graph = await newGraph(width);
  if (graph === undefined) return undefined;
  try {
    graph.view(join(path, entry.file));
  } catch (cause) {
    const where = join(path, entry.file);
    throw new InputError(
      "INDEX_CORRUPT",
      where,
      reasonOf(cause),
      "remove the index and make it again with `fovea index`",
      {
        cause,
      },
    );
  }
  return {
    search: (query, count) => {
      const { keys, distances } = graph.search(query, count, allCores);
      return Array.from(keys, (key, i) => ({ row: Number(key), score: 1 - distances[i]! }));
    },
  };
}

async function newGraph(dimensions: number): Promise<Index | undefined> {
  const usearch = await import("usearch").catch(() => undefined); // an optional dependency
  if (usearch === undefined) return undefined;
  const { Index, MetricKind, ScalarKind } = usearch;
  return new Index({ dimensions, metric: MetricKind.IP, quantization: ScalarKind.F16, multi: false, ...graphOptions });
}
