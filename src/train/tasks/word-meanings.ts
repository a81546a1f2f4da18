import type { WordVectors } from "../../io/word-vectors.ts";

/**
 * What texts mean by their words alone: the mean of the words' vectors, rare words counting more (by the logarithm of how
 * few texts have them), less what all texts share, at length 1. Zeros for a text of which no word is known.
 *
 * @see Arora et al. 2017, https://openreview.net/forum?id=SyK00v5xx (weights by rarity, and what is common taken away)
 */
export function wordMeanings(texts: readonly string[], known: WordVectors): Float32Array[] {
  const place = new Map(known.words.map((word, row) => [word, row]));
  const wordsOf = texts.map((text) => (text.toLowerCase().match(/[a-z]+/g) ?? []).filter((word) => place.has(word)));
  const textsWith = new Map<string, number>();
  for (const words of wordsOf) for (const word of new Set(words)) textsWith.set(word, (textsWith.get(word) ?? 0) + 1);
  const told = wordsOf.filter((words) => words.length > 0).length;
  const sums = wordsOf.map((words) => {
    const sum = new Float32Array(known.width);
    for (const word of words) {
      const row = place.get(word)!;
      const vector = toUnit(known.vectors.slice(row * known.width, (row + 1) * known.width));
      addScaled(sum, vector, Math.log(told / textsWith.get(word)!));
    }
    return toUnit(sum);
  });
  const shared = new Float32Array(known.width);
  for (const sum of sums) addScaled(shared, sum, 1 / told);
  return sums.map((sum, i) => {
    if (wordsOf[i]!.length > 0) addScaled(sum, shared, -1);
    return toUnit(sum);
  });
}

function addScaled(into: Float32Array, vector: Float32Array, factor: number): void {
  for (let i = 0; i < into.length; i++) into[i]! += factor * vector[i]!;
}

/** Scales a vector to length 1, in place; zeros stay. */
function toUnit(vector: Float32Array): Float32Array {
  const length = Math.hypot(...vector) || 1;
  for (let i = 0; i < vector.length; i++) vector[i]! /= length;
  return vector;
}
