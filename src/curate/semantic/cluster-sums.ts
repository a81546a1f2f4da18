import type { AssignedBlock } from "./nearest-centroid.ts";
import { unitRows } from "./vector-rows.ts";

/**
 * Sum and number of the vectors in each cluster, kept from round to round: only what changes its cluster is added and taken
 * away, in float64, so that a late round costs little more than its matrix product.
 */
export class ClusterSums {
  readonly width: number;
  /** `[clusters, width]` */
  readonly sums: Float64Array;
  /** `[clusters]` */
  readonly counts: Uint32Array;
  readonly #assignment: Int32Array;

  constructor(clusters: number, width: number, vectors: number) {
    this.width = width;
    this.sums = new Float64Array(clusters * width);
    this.counts = new Uint32Array(clusters);
    this.#assignment = new Int32Array(vectors).fill(-1);
  }

  /**
   * Moves the vectors of a block to their clusters.
   * @param scale what each vector is multiplied with
   * @returns     how many changed their cluster
   */
  add({ start, vectors, nearest }: AssignedBlock, scale: Float64Array): number {
    let moved = 0;
    for (let i = 0; i < nearest.length; i++) {
      const before = this.#assignment[start + i]!;
      const now = nearest[i]!;
      if (before === now) continue;
      moved++;
      this.#assignment[start + i] = now;
      this.#addTo(now, vectors, i, scale[start + i]!);
      this.counts[now]!++;
      if (before < 0) continue;
      this.#addTo(before, vectors, i, -scale[start + i]!);
      this.counts[before]!--;
    }
    return moved;
  }

  #addTo(cluster: number, vectors: Float32Array, row: number, factor: number): void {
    const { sums, width } = this;
    const [to, from] = [cluster * width, row * width];
    for (let j = 0; j < width; j++) sums[to + j]! += factor * vectors[from + j]!;
  }
}

/** Each coordinate of a split centroid moves by this share, up in one half and down in the other, as in faiss. */
const splitShare = 1 / 1024;

/**
 * The means of the clusters, of unit length if `isCosine`. An empty cluster takes half of the largest one; a cluster whose
 * vectors cancel each other keeps its centroid.
 */
export function centroidsOf(
  { sums, counts, width }: ClusterSums,
  before: Float32Array,
  isCosine: boolean,
): Float32Array {
  const centroids = new Float32Array(before);
  const sizes = counts.slice();
  for (let cluster = 0; cluster < counts.length; cluster++) {
    const from = cluster * width;
    const sum = sums.subarray(from, from + width);
    const divisor = isCosine ? Math.sqrt(sum.reduce((square, x) => square + x * x, 0)) : counts[cluster]!;
    if (counts[cluster] === 0 || divisor === 0) continue;
    for (let j = 0; j < width; j++) centroids[from + j] = sum[j]! / divisor;
  }
  for (let empty = 0; empty < sizes.length; empty++) {
    if (sizes[empty] !== 0) continue;
    const largest = sizes.reduce((best, size, cluster) => (size > sizes[best]! ? cluster : best), 0);
    const [half, rest] = [sizes[largest]! >> 1, sizes[largest]! - (sizes[largest]! >> 1)];
    [sizes[empty], sizes[largest]] = [half, rest];
    split(centroids, largest * width, empty * width, width);
  }
  return isCosine ? unitRows(centroids, width) : centroids;
}

function split(centroids: Float32Array, from: number, to: number, width: number): void {
  for (let j = 0; j < width; j++) {
    const step = (j % 2 === 0 ? 1 : -1) * splitShare;
    centroids[to + j] = centroids[from + j]! * (1 + step);
    centroids[from + j]! *= 1 - step;
  }
}
