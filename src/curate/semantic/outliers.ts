import type { Clustering } from "./k-means.ts";
import type { VectorRows } from "./vector-rows.ts";
import { membersOf, similarityTiles } from "./within-clusters.ts";

/**
 * How near each vector is to its nearest neighbours: the mean cosine similarity to the `neighbours` most similar members of its
 * cluster. A neighbour that the cluster is too small for counts as 0, so that a stray vector that became a cluster of its own is
 * found, where its centroid would say that it is in the middle.
 *
 * @param clustering of these vectors, by `cosine`
 * @returns          `[vectors]`; the least are outliers
 */
export async function neighbourhood(
  vectors: VectorRows,
  { assignment, centroids }: Pick<Clustering, "assignment" | "centroids">,
  neighbours: number,
  threads = 2,
): Promise<Float32Array> {
  const best = new Float32Array(vectors.count * neighbours); // each vector's largest similarities, descending
  const consider = (place: number, similarity: number): void => {
    let at = (place + 1) * neighbours - 1;
    if (similarity <= best[at]!) return;
    for (; at > place * neighbours && best[at - 1]! < similarity; at--) best[at] = best[at - 1]!;
    best[at] = similarity;
  };
  const clusters = membersOf(assignment, centroids.length / vectors.width);
  for await (const { rows, columns, isDiagonal, values } of similarityTiles(vectors, clusters, threads))
    for (let i = 0; i < rows.length; i++)
      for (let j = isDiagonal ? i + 1 : 0; j < columns.length; j++) {
        const value = values[i * columns.length + j]!;
        consider(rows[i]!, value);
        consider(columns[j]!, value);
      }
  return Float32Array.from({ length: vectors.count }, (_, place) => {
    let sum = 0;
    for (let i = 0; i < neighbours; i++) sum += best[place * neighbours + i]!;
    return sum / neighbours;
  });
}
