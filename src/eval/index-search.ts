import { InputError } from "../platform/error.ts";
import type { Embedder } from "./embedder.ts";
import type { IndexedPicture, PictureIndex } from "./index-file.ts";
import { cosineSimilarity } from "./metrics/similarity.ts";
import { nearestCandidates } from "./tasks/nearest.ts";

/** A picture that a search found. */
export interface SearchHit extends IndexedPicture {
  /** Cosine similarity with the query. */
  readonly score: number;
}

/**
 * The `count` pictures nearest to a query, best first: exact, every picture is compared.
 * @param query an embedding `[width]` of the model that made the index
 */
export function searchIndex(
  { pictures, embeddings, width }: PictureIndex,
  query: Float32Array,
  count: number,
): SearchHit[] {
  return nearestCandidates(cosineSimilarity(query, embeddings, width), count).map(({ candidate, score }) => ({
    ...pictures[candidate]!,
    score,
  }));
}

/**
 * Demands that an index was made with the embedder's model.
 * @throws {InputError} INDEX_OF_OTHER_MODEL
 */
export function demandSameModel({ fingerprint, model }: PictureIndex, embedder: Embedder, where: string): void {
  if (fingerprint !== embedder.fingerprint)
    throw new InputError(
      "INDEX_OF_OTHER_MODEL",
      where,
      `it was made with ${model}, whose weights were others`,
      "name that model with --model, or make the index anew with this one: remove the file first",
    );
}
