import type { Embedder } from "../../eval/embedder.ts";
import type { SampleImage } from "../../data/sample.ts";
import { FoveaError } from "../../platform/error.ts";
import type { Candidate } from "../stage.ts";

/** What scoring by a CLIP or SigLIP needs of it. */
export type ScoringEmbedder = Pick<Embedder, "width" | "fingerprint" | "embedStream" | "embedTexts">;

/** Vectors of candidates by model: kept as long as the candidates are, so that scorers of one model share them. */
const known = new WeakMap<ScoringEmbedder, WeakMap<Candidate, Promise<Float32Array | null>>>();

/** The picture's vectors of unit length, `null` for pictures that cannot be read; each is computed once, whichever scorers ask. */
export function pictureEmbeddings(
  embedder: ScoringEmbedder,
  batch: readonly Candidate[],
): Promise<(Float32Array | null)[]> {
  const vectors = known.get(embedder) ?? new WeakMap<Candidate, Promise<Float32Array | null>>();
  known.set(embedder, vectors);
  const missing = batch.filter((candidate) => !vectors.has(candidate));
  const embedded = embedAll(embedder, missing);
  for (const candidate of missing)
    vectors.set(
      candidate,
      embedded.then((all) => all.get(candidate) ?? null),
    );
  return Promise.all(batch.map((candidate) => vectors.get(candidate) ?? Promise.resolve(null)));
}

async function embedAll(
  embedder: ScoringEmbedder,
  candidates: readonly Candidate[],
): Promise<Map<Candidate, Float32Array>> {
  const vectors = new Map<Candidate, Float32Array>();
  const onFailure = (_: Candidate, error: unknown): void => {
    if (!(error instanceof FoveaError)) throw error;
  };
  for await (const { item, embedding } of embedder.embedStream(candidates, imageOf, onFailure))
    vectors.set(item, embedding);
  return vectors;
}

/** The picture of a candidate as it is in its file, which is read no second time. */
export async function imageOf(candidate: Candidate): Promise<Exclude<SampleImage, { read: unknown }>> {
  const { image } = candidate.sample;
  return "read" in image ? (await candidate.picture()).bytes : image;
}

/** Cosine similarity of vectors of unit length. */
export function cosine(a: Float32Array, b: Float32Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
}
