import { fromFloat16 } from "../io/float16.ts";
import { openGraph } from "./approximate.node.ts";
import { BlockProducts } from "./block-products.ts";
import type { IndexedPicture } from "./index-format.ts";
import type { PictureIndex } from "./picture-index.node.ts";
import type { StoredVectors } from "./vector-column.ts";

/** A picture of a {@link DuplicateGroup}. */
export interface DuplicatePicture extends IndexedPicture {
  readonly row: number;
  /** Cosine similarity with the one of the group that it is nearest to. */
  readonly score: number;
}

/** Pictures that look nearly the same, in the index' order. Each is near to another one of the group, not to each. */
export type DuplicateGroup = readonly DuplicatePicture[];

/** How {@link findDuplicates} compares. */
export interface DuplicateOptions {
  /** Cosine similarity from which on two pictures are near; 0.98 if absent. What a number means differs from model to model. */
  readonly threshold?: number;
  readonly threads?: number;
  /** Told how many rows were compared with all others. */
  readonly onProgress?: (rows: number, total: number) => void;
}

const queriesAtOnce = 256;

/** Neighbours that are looked at where a graph spares comparing all pairs. */
const neighbours = 16;

/**
 * Groups of pictures whose vectors are nearly the same, largest groups first. All pairs are compared, or if the index has a graph, each
 * picture with its 16 nearest.
 *
 * @throws {InputError} INDEX_CORRUPT
 */
export async function findDuplicates(index: PictureIndex, options: DuplicateOptions = {}): Promise<DuplicateGroup[]> {
  const { threshold = 0.98, threads, onProgress = () => {} } = options;
  const near = new NearRows(index.rows);
  const onPair = (a: number, b: number, score: number): void => {
    if (index.isAlive(a) && index.isAlive(b)) near.join(a, b, score);
  };
  const graph = await openGraph(index);
  if (graph === undefined) await compareAll(index, threshold, threads, onPair, onProgress);
  else
    for await (const { start, rows, vectors } of index.blocks()) {
      const { width } = index.manifest;
      const wide = widened(vectors);
      for (let i = 0; i < rows; i++)
        for (const { row, score } of graph.search(wide.subarray(i * width, (i + 1) * width), neighbours))
          if (row !== start + i && score >= threshold) onPair(start + i, row, score);
      onProgress(start + rows, index.rows);
    }
  const groups = near.groups();
  const pictures = await index.picturesOf(groups.flat());
  let at = 0;
  return groups.map((rows) => rows.map((row) => ({ ...pictures[at++]!, row, score: near.best(row) })));
}

/** Compares each block with itself and those behind it. */
async function compareAll(
  index: PictureIndex,
  threshold: number,
  threads: number | undefined,
  onPair: (a: number, b: number, score: number) => void,
  onProgress: (rows: number, total: number) => void,
): Promise<void> {
  const { width } = index.manifest;
  await using products = new BlockProducts(width, threads);
  for await (const block of index.blocks()) {
    const queries = widened(block.vectors);
    for await (const other of index.blocks()) {
      if (other.start < block.start) continue;
      for (let first = 0; first < block.rows; first += queriesAtOnce) {
        const asked = queries.subarray(first * width, (first + queriesAtOnce) * width);
        await products.run(asked, other.vectors, (scores) => {
          for (let i = 0; i < scores.length; i++) {
            if (!(scores[i]! >= threshold)) continue;
            const [a, b] = [block.start + first + Math.floor(i / other.rows), other.start + (i % other.rows)];
            if (a < b) onPair(a, b, scores[i]!);
          }
        });
      }
    }
    onProgress(block.start + block.rows, index.rows);
  }
}

const widened = (vectors: StoredVectors): Float32Array =>
  vectors instanceof Float32Array ? vectors : fromFloat16(vectors);

/** Rows joined into groups: a union-find forest with the best score of each row. */
class NearRows {
  readonly #parent: Float64Array;
  readonly #best: Float32Array;

  constructor(rows: number) {
    this.#parent = Float64Array.from({ length: rows }, (_, row) => row);
    this.#best = new Float32Array(rows).fill(-1);
  }

  join(a: number, b: number, score: number): void {
    for (const row of [a, b]) this.#best[row] = Math.max(this.#best[row]!, score);
    const [x, y] = [this.#rootOf(a), this.#rootOf(b)];
    this.#parent[Math.max(x, y)] = Math.min(x, y);
  }

  best(row: number): number {
    return this.#best[row]!;
  }

  groups(): number[][] {
    const byRoot = new Map<number, number[]>();
    for (let row = 0; row < this.#parent.length; row++) {
      if (this.#best[row] === -1) continue; // near to none
      const root = this.#rootOf(row);
      const group = byRoot.get(root);
      if (group === undefined) byRoot.set(root, [row]);
      else group.push(row);
    }
    return [...byRoot.values()].sort((a, b) => b.length - a.length);
  }

  #rootOf(row: number): number {
    let root = row;
    while (this.#parent[root] !== root) root = this.#parent[root]!;
    for (let at = row; at !== root;) {
      const above = this.#parent[at]!;
      this.#parent[at] = root; // so that the way is short the next time
      at = above;
    }
    return root;
  }
}
