import { z } from "zod";
import { defineStage } from "../stage-kind.ts";
import type { Rule, Scorer, SetScorer } from "../stage.ts";
import { thresholdRule } from "../threshold-rule.ts";
import { clusterOptions, kMeansOptions, type ClusterOptions } from "./cluster-options.node.ts";
import { pictureVectorScorer, vectorsOf } from "./embedding-column.ts";
import { kMeans } from "./k-means.ts";
import { neighbourhood } from "./outliers.ts";
import { semDeDup, type SemDeDupOptions } from "./semdedup.ts";

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
  rule: async ({ epsilon, reading, order, ...clustering }, context) => {
    const at = 1 - epsilon;
    const meaning = {
      paper: `A chain of pictures, each with a cosine similarity above ${at} to the next, leads to one that comes before it.`,
      code: `The picture's embedding has a cosine similarity above ${at} to that of one that comes before it.`,
    };
    const column = { paper: "semdedup_linked", code: "semdedup_similarity" }[reading];
    const above = { at, reason: "SEMANTIC_DUPLICATE", meaning: meaning[reading] };
    const pictures = pictureVectorScorer(await context.embedder());
    const rule = thresholdRule("semdedup", [], [{ column, above }], [semdedupScorer(pictures, order, clustering)]);
    return { ...rule, like: "semdedup_nearest" };
  },
});

/** How like the pictures before it in its cluster each one is, in both readings, and which of them it is most like. */
const semdedupScorer = (
  pictures: Scorer,
  order: NonNullable<SemDeDupOptions["order"]>,
  clustering: ClusterOptions,
): SetScorer => ({
  id: "semdedup",
  version: `1 ${JSON.stringify({ order, ...clustering })}`,
  columns: { semdedup_similarity: "number", semdedup_linked: "number", semdedup_nearest: "text" },
  scorers: [pictures],
  score: async (table, alive) => {
    const { vectors, rows } = vectorsOf(table, alive);
    const [similarity, linked] = [numbersOf(table.rows), numbersOf(table.rows)];
    const nearestKeys = Array<string | null>(table.rows).fill(null);
    if (rows.length > 0) {
      const settings = kMeansOptions(clustering, rows.length);
      const found = await semDeDup(vectors, await kMeans(vectors, settings), { ...settings, order });
      for (const [i, row] of rows.entries()) {
        const nearest = found.nearest[i]!;
        if (nearest < 0) continue; // the first of its cluster
        [similarity[row], linked[row]] = [found.similarity[i]!, found.linked[i]!];
        nearestKeys[row] = table.keys[rows[nearest]!]!;
      }
    }
    return { semdedup_similarity: similarity, semdedup_linked: linked, semdedup_nearest: nearestKeys };
  },
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
  rule: async ({ share, below, neighbours, ...clustering }, context): Promise<Rule> => {
    const pictures = pictureVectorScorer(await context.embedder());
    /** Of the rows that have a nearness, those that go, farthest first. */
    const outliers = (nearness: Float64Array, alive: Uint32Array): Uint32Array => {
      const rows = alive.filter((row) => !Number.isNaN(nearness[row]!));
      const farthest = Math.floor(share * rows.length);
      return rows
        .sort((a, b) => nearness[a]! - nearness[b]! || a - b)
        .filter((row, i) => i < farthest || nearness[row]! < below);
    };
    return {
      id: "embedding-outlier",
      scorers: [],
      setScorers: [neighbourScorer(pictures, neighbours, clustering)],
      reasons: {
        EMBEDDING_OUTLIER: `The picture's embedding is far from those of its ${neighbours} nearest neighbours.`,
      },
      judge: async (table, alive) =>
        new Map(Array.from(outliers(table.numbers(nearnessColumn), alive), (row) => [row, "EMBEDDING_OUTLIER"])),
      cuts: (table, alive) => {
        const nearness = table.numbers(nearnessColumn);
        const nearest = outliers(nearness, alive).at(-1);
        return [{ column: nearnessColumn, ...(nearest !== undefined && { below: nearness[nearest]! }) }];
      },
    };
  },
});

const nearnessColumn = "neighbour_similarity";

/** Mean cosine similarity to the nearest neighbours; see {@link neighbourhood}. */
const neighbourScorer = (pictures: Scorer, neighbours: number, clustering: ClusterOptions): SetScorer => ({
  id: "neighbour-similarity",
  version: `1 ${JSON.stringify({ neighbours, ...clustering })}`,
  columns: { [nearnessColumn]: "number" },
  scorers: [pictures],
  score: async (table, alive) => {
    const { vectors, rows } = vectorsOf(table, alive);
    const nearness = numbersOf(table.rows);
    if (rows.length > 1) {
      const settings = kMeansOptions(clustering, rows.length);
      const found = await neighbourhood(vectors, await kMeans(vectors, settings), neighbours, settings.threads);
      for (const [i, row] of rows.entries()) nearness[row] = found[i]!;
    }
    return { [nearnessColumn]: nearness };
  },
});

const numbersOf = (rows: number): Float64Array => new Float64Array(rows).fill(NaN);
