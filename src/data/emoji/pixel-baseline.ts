import { groupBy } from "../group-by.ts";
import { resample, wholeOf } from "../image/resample.ts";
import { pictureAt, type EmojiCorpus } from "./corpus.ts";
import { trainPairs, type RetrievalSet } from "./splits.ts";

/** Pixels: pictures are compared at 16 x 16. */
const side = 16;

/**
 * The score that any trained model has to beat: look up the caption's training pictures and take the held-out pictures that
 * resemble one of them most, pixel by pixel.
 *
 * Similarity is the cosine of 16 x 16 RGB pictures after the mean training picture is subtracted, and the best over the caption's training
 * pictures counts. (The squared distance instead of the cosine finds fewer.) A caption without training pictures scores 0 everywhere.
 *
 * @returns `[captions, pictures]`, -1 to 1
 */
export function pixelBaseline(corpus: EmojiCorpus, set: RetrievalSet): Float32Array {
  const training = trainPairs(corpus);
  const mean = meanOf(training.map((index) => thumbnail(corpus, index)));
  const centred = (index: number): Float32Array => unit(thumbnail(corpus, index).map((value, i) => value - mean[i]!));
  const candidates = set.pictures.map(centred);
  const byConcept = groupBy(training, (index) => corpus.pictures[index]!.concept);
  const scores = new Float32Array(set.captions.length * candidates.length);
  for (const [row, concept] of set.concepts.entries()) {
    const queries = (byConcept.get(concept) ?? []).map(centred);
    if (queries.length === 0) continue;
    for (const [column, candidate] of candidates.entries()) {
      scores[row * candidates.length + column] = Math.max(...queries.map((query) => dot(query, candidate)));
    }
  }
  return scores;
}

const thumbnail = (corpus: EmojiCorpus, index: number): Float32Array => {
  const image = pictureAt(corpus, index);
  return resample(image, wholeOf(image), side, side, "box");
};

function meanOf(vectors: readonly Float32Array[]): Float32Array {
  const mean = new Float32Array(side * side * 3);
  for (const vector of vectors) {
    for (let i = 0; i < mean.length; i++) mean[i]! += vector[i]! / vectors.length;
  }
  return mean;
}

function unit(vector: Float32Array): Float32Array {
  const norm = Math.sqrt(dot(vector, vector));
  return norm === 0 ? vector : vector.map((value) => value / norm);
}

/** Four sums at once: one would wait for each addition in turn, at half the speed. */
function dot(a: Float32Array, b: Float32Array): number {
  let [sum0, sum1, sum2, sum3] = [0, 0, 0, 0];
  for (let i = 0; i < a.length; i += 4) {
    sum0 += a[i]! * b[i]!;
    sum1 += a[i + 1]! * b[i + 1]!;
    sum2 += a[i + 2]! * b[i + 2]!;
    sum3 += a[i + 3]! * b[i + 3]!;
  }
  return sum0 + sum1 + sum2 + sum3;
}
