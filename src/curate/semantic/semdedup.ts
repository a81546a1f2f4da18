import { fold, key, permutation } from "../../engine/random.ts";
import type { Clustering } from "./k-means.ts";
import { SingleLinkage } from "./single-linkage.ts";
import type { VectorRows } from "./vector-rows.ts";
import { membersOf, similarityTiles, tileSide, type SimilarityTile } from "./within-clusters.ts";

/** Options of {@link semDeDup}. */
export interface SemDeDupOptions {
  /**
   * Who is first: the member least similar to its centroid (`hard`), the most similar (`easy`), or a `random` one. `hard` if
   * absent, as in the paper; equal ones stand in the order of the data.
   */
  readonly order?: "hard" | "easy" | "random";
  /** Of the `random` order; 0 if absent. */
  readonly seed?: number;
  /** Whether to find `linked`, which the code's reading does without: true if absent. */
  readonly linkage?: boolean;
  /** Products that run at once; 2 if absent. */
  readonly threads?: number;
}

/**
 * How like those before it each vector is, in both readings of SemDeDup: for any epsilon, duplicates are those above `1 - epsilon`. The paper and
 * its published code differ:
 * - the paper links duplicates of duplicates into one group, and of each group only the first member stays: {@link linked};
 * - the code drops a member that has a duplicate before it, whether or not that one goes itself. Of members that are only linked
 *   through a later one, all but that one stay: {@link similarity}.
 */
export interface SemanticDuplicates {
  /** `[vectors]`: the largest cosine similarity to a member that comes before it in its cluster; -1 for the first. */
  readonly similarity: Float32Array;
  /** `[vectors]`: the place of that member; -1 for the first. */
  readonly nearest: Int32Array;
  /** `[vectors]`: the largest similarity at which a chain of members that like leads to one before it; -1 for the first. Never less than `similarity`; all -1 without `linkage`. */
  readonly linked: Float32Array;
}

/**
 * SemDeDup: looks for near-equal meanings within each cluster of a {@link Clustering}.
 *
 * @param clustering of these vectors, by `cosine`
 * @see Abbas et al. 2023, https://arxiv.org/abs/2303.09540, section 3 and algorithm A7; `semdedup.py` of its repository
 */
export async function semDeDup(
  vectors: VectorRows,
  { assignment, closeness, centroids }: Pick<Clustering, "assignment" | "closeness" | "centroids">,
  { order = "hard", seed = 0, linkage = true, threads = 2 }: SemDeDupOptions = {},
): Promise<SemanticDuplicates> {
  const rank =
    order === "random"
      ? permutation(fold(key(seed), "semdedup"), vectors.count)
      : closeness.map((similarity) => (order === "hard" ? similarity : -similarity));
  const clusters = membersOf(assignment, centroids.length / vectors.width);
  for (const members of clusters) members.sort((a, b) => rank[a]! - rank[b]! || a - b);

  const similarity = new Float32Array(vectors.count).fill(-1);
  const nearest = new Int32Array(vectors.count).fill(-1);
  const linked = new Float32Array(vectors.count).fill(-1);
  const linker = new ClusterLinker(linked);
  for await (const tile of similarityTiles(vectors, clusters, threads)) {
    const { rows, columns, isDiagonal, values } = tile;
    for (let i = 0; i < rows.length; i++)
      for (let j = isDiagonal ? i + 1 : 0; j < columns.length; j++) {
        const value = values[i * columns.length + j]!;
        const column = columns[j]!;
        if (value > similarity[column]!) {
          similarity[column] = value;
          nearest[column] = rows[i]!;
        }
      }
    if (linkage) linker.add(tile);
  }
  return { similarity, nearest, linked };
}

/** Links the members of each cluster, as its tiles come: strip by strip, the last one first. */
class ClusterLinker {
  readonly #linked: Float32Array;
  #linkage = new SingleLinkage(0);
  #strip = new Float32Array(); // [rows, members of the cluster]

  /** @param linked gets the level of each vector */
  constructor(linked: Float32Array) {
    this.#linked = linked;
  }

  add({ members, firstRow, firstColumn, rows, columns, values }: SimilarityTile): void {
    const isFirstTile = firstColumn === firstRow && firstRow + rows.length === members.length;
    if (isFirstTile) {
      this.#linkage = new SingleLinkage(members.length);
      this.#strip = new Float32Array(tileSide * members.length);
    }
    const row = (i: number): Float32Array => this.#strip.subarray(i * members.length, (i + 1) * members.length);
    for (let i = 0; i < rows.length; i++)
      row(i).set(values.subarray(i * columns.length, (i + 1) * columns.length), firstColumn);
    if (firstColumn + columns.length < members.length) return;
    for (let i = rows.length - 1; i >= 0; i--) this.#linkage.add(firstRow + i, row(i));
    if (firstRow > 0) return;
    for (let i = 1; i < members.length; i++) this.#linked[members[i]!] = this.#linkage.level[i]!;
  }
}
