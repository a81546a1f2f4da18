import { z } from "zod";
import { defineStage } from "../stage-kind.ts";
import { clusterOptions, kMeansOptions } from "./cluster-options.node.ts";
import { pictureVectorScorer, vectorsOf } from "./embedding-column.ts";
import { kMeans } from "./k-means.ts";
import { neighbourhood } from "./outliers.ts";
import { semDeDup } from "./semdedup.ts";

/** Pictures that mean the same as one that stays. */
export const semdedup = defineStage({
  id: "semdedup",
  summary: "drop pictures whose embedding is near that of another in the same cluster (SemDeDup)",
  options: clusterOptions.extend({
    /** Duplicates have a cosine similarity above 1 - epsilon: a larger one drops more. */
    epsilon: z.number().min(0).max(2).default(0.05),
    /** `paper` keeps one of each group of linked duplicates; `code` drops what has a duplicate before it, be that kept or not. */
    reading: z.enum(["paper", "code"]).default("paper"),
    /** Who comes first: the least (`hard`) or most (`easy`) similar to its centroid, or a `random` one. */
    order: z.enum(["hard", "easy", "random"]).default("hard"),
  }),
  rule: async ({ epsilon, reading, order, ...clustering }, context) => ({
    id: "semdedup",
    scorers: [pictureVectorScorer(await context.embedder())],
    reasons: {
      SEMANTIC_DUPLICATE: `The picture's embedding has a cosine similarity above ${1 - epsilon} to that of a like one.`,
    },
    judge: async (table, alive) => {
      const { vectors, rows } = vectorsOf(table, alive);
      if (rows.length < 2) return new Map();
      const settings = kMeansOptions(clustering, rows.length);
      const clusters = await kMeans(vectors, settings);
      const { dropped } = await semDeDup(vectors, clusters, { ...settings, epsilon, reading, order });
      return new Map([...rows].flatMap((row, i) => (dropped[i] === 1 ? [[row, "SEMANTIC_DUPLICATE"] as const] : [])));
    },
  }),
});

/** Pictures unlike all others. */
export const embeddingOutlier = defineStage({
  id: "embedding-outlier",
  summary: "drop the pictures whose embeddings are least like their nearest neighbours",
  options: clusterOptions.extend({
    /** This share of the samples goes. */
    share: z.number().min(0).max(1).default(0.01),
    /** Whose mean cosine similarity to their neighbours is below this goes too; -1 drops none. */
    below: z.number().min(-1).max(1).default(-1),
    neighbours: z.int().positive().default(5),
  }),
  rule: async ({ share, below, neighbours, ...clustering }, context) => ({
    id: "embedding-outlier",
    scorers: [pictureVectorScorer(await context.embedder())],
    reasons: {
      EMBEDDING_OUTLIER: `The picture's embedding is far from those of its ${neighbours} nearest neighbours.`,
    },
    judge: async (table, alive) => {
      const { vectors, rows } = vectorsOf(table, alive);
      if (rows.length < 2) return new Map();
      const settings = kMeansOptions(clustering, rows.length);
      const nearness = await neighbourhood(vectors, await kMeans(vectors, settings), neighbours, settings.threads);
      const places = Uint32Array.from(rows, (_, place) => place).sort((a, b) => nearness[a]! - nearness[b]! || a - b);
      const farthest = Math.floor(share * rows.length);
      const goes = places.filter((place, i) => i < farthest || nearness[place]! < below);
      return new Map(Array.from(goes, (place) => [rows[place]!, "EMBEDDING_OUTLIER"]));
    },
  }),
});
