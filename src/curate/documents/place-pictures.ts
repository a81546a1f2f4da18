import { assign } from "./assignment.ts";

/** Where a picture goes. */
export interface Placement {
  /** Number of the sentence, from 0. */
  readonly sentence: number;
  /** Of picture and sentence, cosine. */
  readonly similarity: number;
}

/**
 * Gives each picture a sentence, so that the sum of the similarities is as high as possible and no sentence has two pictures; where there are
 * more pictures than sentences, those that are left go to the sentence that they are most similar to. Pictures that fit no sentence go nowhere.
 *
 * @param similarity    `[pictures, sentences]`, cosine
 * @param minSimilarity pictures go nowhere whose highest similarity is less; 0.15 in MMC4 with a ViT-L/14
 * @returns one placement a picture
 * @see Zhu et al. 2023 (MMC4), https://arxiv.org/abs/2304.06939, section 2.2, and `compute_assignments.py` of its repository
 */
export function placePictures(
  similarity: Float32Array,
  pictures: number,
  sentences: number,
  minSimilarity: number,
): (Placement | undefined)[] {
  const rowOf = (picture: number): Float32Array => similarity.subarray(picture * sentences, (picture + 1) * sentences);
  const best = Array.from({ length: pictures }, (_, picture) => Math.max(-Infinity, ...rowOf(picture)));
  const fitting = best.flatMap((value, picture) => (value >= minSimilarity ? [picture] : []));
  const cost = Float64Array.from(fitting.flatMap((picture) => Array.from(rowOf(picture), (value) => -value)));
  const assigned = assign(cost, fitting.length, sentences);
  const placements: (Placement | undefined)[] = Array<undefined>(pictures).fill(undefined);
  for (const [i, picture] of fitting.entries()) {
    const row = rowOf(picture);
    const sentence = assigned[i]! >= 0 ? assigned[i]! : row.indexOf(best[picture]!);
    placements[picture] = { sentence, similarity: row[sentence]! };
  }
  return placements;
}
