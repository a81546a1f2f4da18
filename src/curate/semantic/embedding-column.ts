import { pictureEmbeddings, type ScoringEmbedder } from "../clip/picture-embeddings.ts";
import type { Scorer, ScoreTable } from "../stage.ts";
import { VectorRows } from "./vector-rows.ts";

/** The column of {@link pictureVectorScorer}. */
export const pictureVector = "picture_embedding";

/** The vector of each picture, of unit length: kept with the scores, so that clustering anew needs no model. */
export const pictureVectorScorer = (embedder: ScoringEmbedder): Scorer => ({
  id: "picture-embedding",
  version: `1 ${embedder.fingerprint}`,
  columns: {},
  vectors: { [pictureVector]: embedder.width },
  score: async (batch) => (await pictureEmbeddings(embedder, batch)).map((vector) => ({ [pictureVector]: vector })),
});

/** The vectors of those rows that have one, and which rows these are. */
export function vectorsOf(
  table: ScoreTable,
  alive: Uint32Array,
): { readonly vectors: VectorRows; readonly rows: Uint32Array } {
  const { data, length } = table.vectors(pictureVector);
  const rows = alive.filter((row) => !Number.isNaN(data[row * length]));
  return { vectors: new VectorRows(data, length, rows), rows };
}
