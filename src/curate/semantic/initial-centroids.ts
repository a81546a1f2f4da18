import { bits, fold, integer, type Key, permutation } from "../../engine/random.ts";
import { NearestCentroid } from "./nearest-centroid.ts";
import type { VectorRows } from "./vector-rows.ts";

/**
 * Some of the vectors, each as likely as every other, none twice.
 * @returns their places, in random order
 */
export const randomPlaces = (key: Key, count: number, from: number): Uint32Array =>
  permutation(key, from).slice(0, count);

/**
 * Vectors that lie far apart: each is drawn with a probability in proportion to its squared distance from the nearest one drawn before.
 * Reads all vectors once for each that it draws.
 *
 * @param squaredNorms of the vectors; all 1 makes the distance that of unit vectors
 * @param scale        what each vector is multiplied with before distances are taken
 * @returns            their places
 * @see Arthur and Vassilvitskii 2007, "k-means++: the advantages of careful seeding"
 */
export async function spreadPlaces(
  vectors: VectorRows,
  count: number,
  key: Key,
  { squaredNorms, scale, threads }: SpreadOptions,
): Promise<Uint32Array> {
  const { width, data } = vectors;
  const finder = await NearestCentroid.open(1, width, threads);
  try {
    const places = new Uint32Array(count);
    const distances = new Float64Array(vectors.count).fill(Infinity);
    places[0] = integer(fold(key, 0), vectors.count);
    for (let drawn = 1; drawn < count; drawn++) {
      const last = places[drawn - 1]!;
      const from = vectors.offset(last);
      const centroid = data.slice(from, from + width).map((x) => x * scale[last]!);
      for await (const { start, score } of finder.assign(vectors, centroid, new Float32Array(1)))
        for (let i = 0; i < score.length; i++) {
          const at = start + i;
          const distance = squaredNorms[at]! + squaredNorms[last]! - 2 * scale[at]! * score[i]!;
          distances[at] = Math.min(distances[at]!, Math.max(0, distance));
        }
      distances[last] = 0; // not a rounding error away from itself
      places[drawn] = drawInProportion(distances, fold(key, drawn));
    }
    return places;
  } finally {
    await finder.dispose();
  }
}

/** What {@link spreadPlaces} knows of the vectors. */
export interface SpreadOptions {
  readonly squaredNorms: Float64Array;
  readonly scale: Float64Array;
  readonly threads: number;
}

/** A place with a probability in proportion to its weight; any place if all weigh nothing. */
export function drawInProportion(weights: Float64Array, key: Key): number {
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  if (total === 0) return integer(key, weights.length);
  const target = (bits(key, 1)[0]! / 2 ** 32) * total;
  let sum = 0;
  let last = 0; // the last one with a weight: where rounding leaves the sum below the target
  for (let i = 0; i < weights.length; i++) {
    if (weights[i] === 0) continue;
    sum += weights[i]!;
    if (sum > target) return i;
    last = i;
  }
  return last;
}
