import { z } from "zod";
import { openData } from "../../data/formats/open-data.node.ts";
import type { SampleImage } from "../../data/sample.ts";
import type { Embedder } from "../../eval/embedder.ts";
import { FoveaError, InputError } from "../../platform/error.ts";
import { clusterOptions, kMeansOptions, type ClusterOptions } from "../semantic/cluster-options.node.ts";
import { pictureVectorScorer, vectorsOf } from "../semantic/embedding-column.ts";
import { VectorRows } from "../semantic/vector-rows.ts";
import { defineStage } from "../stage-kind.ts";
import type { SetScorer } from "../stage.ts";
import { nearTargets } from "./image-based.ts";

/** Pictures like those of a set of targets. */
export const imageBased = defineStage({
  id: "image-based",
  summary: "keep pictures in the clusters that target pictures fall into (DataComp's image-based selection)",
  options: clusterOptions.extend({
    /** A data set of pictures: folder, table or shards. */
    targets: z.string(),
    /** So many targets have to fall into a cluster. */
    minTargets: z.int().positive().default(1),
  }),
  rule: async ({ targets, minTargets, ...clustering }, context) => {
    await checkTargets(targets); // now, and not when everything else is measured
    const embedder = await context.embedder();
    return {
      id: "image-based",
      scorers: [],
      setScorers: [targetScorer(embedder, targets, clustering)],
      reasons: {
        FAR_FROM_TARGETS: `The picture lies in a cluster that ${minTargets === 1 ? "no target picture is" : `fewer than ${minTargets} target pictures are`} nearest to.`,
        EMBEDDING_MISSING: "The picture could not be embedded.",
      },
      judge: async (table, alive) => {
        const counts = table.numbers("targets_in_cluster");
        const dropped = new Map<number, string>();
        for (const row of alive)
          if (Number.isNaN(counts[row])) dropped.set(row, "EMBEDDING_MISSING");
          else if (counts[row]! < minTargets) dropped.set(row, "FAR_FROM_TARGETS");
        return dropped;
      },
      cuts: [{ column: "targets_in_cluster", below: minTargets }],
    };
  },
});

/** How many pictures of the targets fall into the cluster of each picture. A folder whose pictures change keeps its scores: give it another name. */
const targetScorer = (embedder: Embedder, targets: string, clustering: ClusterOptions): SetScorer => ({
  id: "image-based",
  version: `1 ${embedder.fingerprint} ${JSON.stringify({ targets, ...clustering })}`,
  columns: { targets_in_cluster: "number" },
  scorers: [pictureVectorScorer(embedder)],
  score: async (table, alive) => {
    const { vectors, rows } = vectorsOf(table, alive);
    const counts = new Float64Array(table.rows).fill(NaN);
    if (rows.length > 0) {
      const wanted = await embedTargets(targets, embedder);
      const found = await nearTargets(vectors, wanted, kMeansOptions(clustering, rows.length));
      for (const [i, row] of rows.entries()) counts[row] = found[i]!;
    }
    return { targets_in_cluster: counts };
  },
});

/** @throws {InputError} TARGETS_EMPTY, and what reading the data set throws */
async function checkTargets(source: string): Promise<void> {
  for await (const _ of openData(source, { onDrop: () => undefined, keepUncaptioned: true })) return;
  throw new InputError("TARGETS_EMPTY", source, "there is no picture in it", "name a data set of target pictures");
}

/**
 * The vectors of a data set's pictures; those that cannot be read are passed over.
 * @throws {InputError} TARGETS_EMPTY, and what reading the data set throws
 */
async function embedTargets(source: string, embedder: Embedder): Promise<VectorRows> {
  const vectors: Float32Array[] = [];
  const samples = openData(source, { onDrop: () => undefined, keepUncaptioned: true });
  const passOver = (_: unknown, error: unknown): void => {
    if (!(error instanceof FoveaError)) throw error;
  };
  for await (const { embedding } of embedder.embedStream(samples, ({ image }) => sourceOf(image), passOver))
    vectors.push(embedding);
  if (vectors.length === 0)
    throw new InputError("TARGETS_EMPTY", source, "no picture could be embedded", "name a data set of target pictures");
  const data = new Float32Array(vectors.length * embedder.width);
  for (const [i, vector] of vectors.entries()) data.set(vector, i * embedder.width);
  return new VectorRows(data, embedder.width);
}

const sourceOf = (image: SampleImage) => ("read" in image ? image.read() : image);
