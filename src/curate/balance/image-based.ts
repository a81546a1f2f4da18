import { kMeans, type KMeansOptions } from "../semantic/k-means.ts";
import { NearestCentroid } from "../semantic/nearest-centroid.ts";
import type { VectorRows } from "../semantic/vector-rows.ts";

/**
 * DataComp's image-based selection: clusters the pool, and keeps the clusters whose centroid is the nearest one of at least one
 * target, e.g. of the pictures of a benchmark's training set.
 *
 * @param pool    vectors of the pictures to choose from
 * @param targets vectors of what they should be like, by the same model
 * @returns       `[pool]`: how many targets fall into the cluster of each vector; those with at least one stay
 * @see Gadre et al. 2023, https://arxiv.org/abs/2304.14108, section 4.2 and appendix P
 */
export async function nearTargets(pool: VectorRows, targets: VectorRows, options: KMeansOptions): Promise<Uint32Array> {
  const { centroids, assignment } = await kMeans(pool, { ...options, metric: "cosine" });
  const counts = new Uint32Array(options.clusters);
  const finder = await NearestCentroid.open(options.clusters, pool.width, options.threads ?? 2);
  try {
    for await (const { nearest } of finder.assign(targets, centroids, new Float32Array(options.clusters)))
      for (const cluster of nearest) counts[cluster]!++;
  } finally {
    await finder.dispose();
  }
  return Uint32Array.from(assignment, (cluster) => counts[cluster]!);
}
