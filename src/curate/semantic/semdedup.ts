import { fold, key, permutation } from "../../engine/random.ts";
import { DisjointSets } from "./disjoint-sets.ts";
import type { Clustering } from "./k-means.ts";
import type { VectorRows } from "./vector-rows.ts";
import { membersOf, similarityTiles } from "./within-clusters.ts";

/** Options of {@link semDeDup}. */
export interface SemDeDupOptions {
  /** Two members of a cluster are duplicates if their cosine similarity is above `1 - epsilon`: a larger one drops more. */
  readonly epsilon: number;
  /**
   * What goes. The paper and its published code differ:
   * - `paper`: duplicates of duplicates form one group, and of each group only the first member in `order` stays.
   * - `code`: a member goes if any member before it in `order` is its duplicate, whether or not that one goes itself. Of
   *   members that are only linked through a later one, all but that one stay.
   *
   * `paper` if absent. Never drops less than `code`.
   */
  readonly reading?: "paper" | "code";
  /**
   * Who is first: the member least similar to its centroid (`hard`), the most similar (`easy`), or a `random` one. `hard` if
   * absent, as in the paper; equal ones stand in the order of the data.
   */
  readonly order?: "hard" | "easy" | "random";
  /** Of the `random` order; 0 if absent. */
  readonly seed?: number;
  /** Products that run at once; 2 if absent. */
  readonly threads?: number;
}

/** What {@link semDeDup} found. */
export interface SemanticDuplicates {
  /** `[vectors]`: 1 where the vector goes. */
  readonly dropped: Uint8Array;
  /** `[vectors]`: the largest cosine similarity to a member that comes before it in its cluster; -1 for the first. */
  readonly similarity: Float32Array;
  /** `[vectors]`: the place of that member; -1 for the first. */
  readonly nearest: Int32Array;
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
  { epsilon, reading = "paper", order = "hard", seed = 0, threads = 2 }: SemDeDupOptions,
): Promise<SemanticDuplicates> {
  const threshold = 1 - epsilon;
  const rank =
    order === "random"
      ? permutation(fold(key(seed), "semdedup"), vectors.count)
      : closeness.map((similarity) => (order === "hard" ? similarity : -similarity));
  const clusters = membersOf(assignment, centroids.length / vectors.width);
  for (const members of clusters) members.sort((a, b) => rank[a]! - rank[b]! || a - b);

  const similarity = new Float32Array(vectors.count).fill(-1);
  const nearest = new Int32Array(vectors.count).fill(-1);
  const position = new Uint32Array(vectors.count); // places in the order of clusters and ranks, so that the first of a group is its least
  const ordered = concatenated(clusters, vectors.count);
  for (const [at, place] of ordered.entries()) position[place] = at;
  const groups = new DisjointSets(vectors.count);
  for await (const { rows, columns, isDiagonal, values } of similarityTiles(vectors, clusters, threads))
    for (let i = 0; i < rows.length; i++)
      for (let j = isDiagonal ? i + 1 : 0; j < columns.length; j++) {
        const value = values[i * columns.length + j]!;
        const column = columns[j]!;
        if (value > similarity[column]!) {
          similarity[column] = value;
          nearest[column] = rows[i]!;
        }
        if (value > threshold) groups.unite(position[rows[i]!]!, position[column]!);
      }
  const goes = (place: number): boolean =>
    reading === "code" ? similarity[place]! > threshold : groups.find(position[place]!) !== position[place];
  return {
    dropped: Uint8Array.from({ length: vectors.count }, (_, place) => Number(goes(place))),
    similarity,
    nearest,
  };
}

function concatenated(parts: readonly Uint32Array[], length: number): Uint32Array {
  const all = new Uint32Array(length);
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}
