import { cosineSimilarity } from "../metrics/similarity.ts";
import type { Positives } from "../metrics/retrieval.ts";

/**
 * The baseline that a trained model has to beat: look up the training pictures that a text describes, and score each
 * candidate by its likeness to the nearest of them, as raw pixels. It knows no text and learns nothing.
 *
 * Likeness is the cosine of the pixel values after the mean training picture is taken away.
 *
 * @param training       `[pictures, width]` of 8-bit values, e.g. 16 x 16 RGB (width 768).
 * @param candidates     `[candidates, width]`, made in the same way.
 * @param width          Values per picture.
 * @param trainingOfText For each text, the training pictures that it describes; none scores NaN, the worst.
 * @returns              `[texts, candidates]`
 */
export function pixelLookupScores(
  training: Uint8Array,
  candidates: Uint8Array,
  width: number,
  trainingOfText: Positives,
): Float32Array {
  const mean = new Float64Array(width);
  for (let i = 0; i < training.length; i++) mean[i % width]! += (training[i]! * width) / training.length;
  const centred = (pixels: Uint8Array): Float32Array =>
    Float32Array.from(pixels, (value, i) => value - mean[i % width]!);

  const likeness = cosineSimilarity(centred(training), centred(candidates), width); // [training, candidates]
  const count = candidates.length / width;
  const scores = new Float32Array(trainingOfText.length * count).fill(NaN);
  for (const [text, pictures] of trainingOfText.entries())
    for (let p = 0; p < pictures.length; p++)
      for (let c = 0; c < count; c++) {
        const score = likeness[pictures[p]! * count + c]!;
        if (!(scores[text * count + c]! >= score)) scores[text * count + c] = score;
      }
  return scores;
}
