import { availableParallelism } from "node:os";
import { z } from "zod";
import type { KMeansOptions } from "./k-means.ts";

/** Options that every stage which clusters takes. */
export const clusterOptions = z.object({
  /** Number of clusters; the square root of the number of samples if absent, which balances the cost of the two passes. */
  clusters: z.int().positive().optional(),
  iterations: z.int().positive().default(20),
  init: z.enum(["random", "k-means++"]).default("random"),
  seed: z.int().default(0),
});

/** {@link clusterOptions}, parsed. */
export type ClusterOptions = z.output<typeof clusterOptions>;

/** Options of k-means for a number of vectors. */
export const kMeansOptions = (
  { clusters, ...rest }: ClusterOptions,
  vectors: number,
): KMeansOptions & { readonly threads: number } => ({
  ...rest,
  threads: availableParallelism(),
  clusters: Math.min(clusters ?? Math.max(1, Math.round(Math.sqrt(vectors))), vectors),
});
