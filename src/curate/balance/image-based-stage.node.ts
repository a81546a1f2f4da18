import { z } from "zod";
import { openData } from "../../data/formats/open-data.node.ts";
import type { SampleImage } from "../../data/sample.ts";
import type { Embedder } from "../../eval/embedder.ts";
import { FoveaError, InputError } from "../../platform/error.ts";
import { clusterOptions, kMeansOptions } from "../semantic/cluster-options.node.ts";
import { pictureVectorScorer, vectorsOf } from "../semantic/embedding-column.ts";
import { VectorRows } from "../semantic/vector-rows.ts";
import { defineStage } from "../stage-kind.ts";
import { nearTargets } from "./image-based.ts";

/** Pictures like those of a set of targets. */
export const imageBased = defineStage({
  id: "image-based",
  summary: "keep pictures in the clusters that target pictures fall into (DataComp's image-based selection)",
  options: clusterOptions.extend({
    /** A data set of pictures: folder, table or shards. */
    targets: z.string(),
  }),
  rule: async ({ targets, ...clustering }, context) => {
    const embedder = await context.embedder();
    return {
      id: "image-based",
      scorers: [pictureVectorScorer(embedder)],
      reasons: {
        FAR_FROM_TARGETS: "The picture lies in a cluster that no target picture is nearest to.",
        EMBEDDING_MISSING: "The picture could not be embedded.",
      },
      judge: async (table, alive) => {
        const { vectors, rows } = vectorsOf(table, alive);
        const embedded = new Set(rows);
        const dropped = new Map<number, string>();
        for (const row of alive) if (!embedded.has(row)) dropped.set(row, "EMBEDDING_MISSING");
        if (rows.length === 0) return dropped;
        const wanted = await embedTargets(targets, embedder);
        const stays = await nearTargets(vectors, wanted, kMeansOptions(clustering, rows.length));
        for (const [i, row] of rows.entries()) if (stays[i] === 0) dropped.set(row, "FAR_FROM_TARGETS");
        return dropped;
      },
    };
  },
});

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
