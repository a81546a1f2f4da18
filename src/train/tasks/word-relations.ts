import type { WordNetNouns } from "../../io/wordnet/wordnet-nouns.ts";
import type { WordVectors } from "../../io/word-vectors.ts";

/** Words that say what a thing is, and how much each of them counts. */
export type Definition = readonly (readonly [word: string, weight: number])[];

/** Weights of what a dictionary says of a thing, by trial on concepts held out of training. */
const weights = { synonym: 1, kind: 1, kindOfKind: 0.5, definition: 0.5 };

/**
 * What WordNet says of a noun: its synonyms, what it is a kind of and what that is a kind of, and the words of its
 * definition; empty for words that are no nouns. Of several meanings the commonest counts that is of the given kind, for a
 * picture shows the animal and not the virtue.
 *
 * @param kind offset of the synset that meanings should be of
 */
export function definitionOf(nouns: WordNetNouns, kind: number, word: string): Definition {
  const lemma = nouns.lemmaOf(word) ?? "";
  const senses = nouns.senses(lemma);
  const sense = senses.find((offset) => nouns.ancestors(offset).has(kind)) ?? senses[0];
  if (sense === undefined) return [];
  const { lemmas, hypernyms, gloss } = nouns.synset(sense);
  const kinds = hypernyms.map((offset) => nouns.synset(offset));
  const kindsOfKinds = kinds.flatMap((synset) => synset.hypernyms).map((offset) => nouns.synset(offset));
  const named = (texts: readonly string[], weight: number): (readonly [string, number])[] =>
    texts.flatMap((text) => wordsOf(text).map((part) => [part, weight] as const));
  return [
    ...named(
      lemmas.filter((synonym) => synonym !== lemma && !synonym.includes(" ")),
      weights.synonym,
    ),
    ...named(
      kinds.flatMap((synset) => synset.lemmas),
      weights.kind,
    ),
    ...named(
      kindsOfKinds.flatMap((synset) => synset.lemmas),
      weights.kindOfKind,
    ),
    ...named([gloss], weights.definition).filter(([part]) => !empty.has(part)),
  ];
}

const wordsOf = (text: string): string[] => text.toLowerCase().match(/[a-z]{3,}/g) ?? [];

/** Words of definitions that tell nothing of the thing. */
const empty = new Set(
  (
    "and any are can especially family for from genus has have having his into its large long made not often one other " +
    "several small some that the their used usually which who with"
  ).split(" "),
);

/**
 * Vectors brought nearer to those of the words that define them: word vectors know what is said together, a dictionary
 * knows what things are, and of the two it is the second that a picture shows. Every vector loses what all of them share
 * and keeps its length.
 *
 * @param definition see {@link definitionOf}; a word without one keeps its direction
 * @returns vectors of `words` alone, of those that are known
 * @see Faruqui et al. 2015, https://aclanthology.org/N15-1184 (one round of its equation 2, from the first vectors)
 * @see Mu and Viswanath 2018, https://arxiv.org/abs/1702.01417 (on what all vectors share)
 */
export function retrofit(
  known: WordVectors,
  words: ReadonlySet<string>,
  definition: (word: string) => Definition,
): WordVectors {
  const { width } = known;
  const place = new Map(known.words.map((word, row) => [word, row]));
  const rawAt = (row: number): Float32Array => known.vectors.subarray(row * width, (row + 1) * width);
  const chosen = known.words.filter((word) => words.has(word));
  const shared = meanOf(
    chosen.map((word) => unit(rawAt(place.get(word)!))),
    width,
  );
  const directions = new Map<string, Float32Array | undefined>();
  const directionOf = (word: string): Float32Array | undefined => {
    if (!directions.has(word)) {
      const row = place.get(word);
      directions.set(word, row === undefined ? undefined : unit(unit(rawAt(row)).map((v, i) => v - shared[i]!)));
    }
    return directions.get(word);
  };
  const vectors = new Float32Array(chosen.length * width);
  for (const [at, word] of chosen.entries()) {
    const own = directionOf(word)!;
    const defined = new Float32Array(width);
    for (const [part, weight] of definition(word))
      for (const [i, value] of (directionOf(part) ?? []).entries()) defined[i]! += weight * value;
    const towards = unit(defined);
    const length = Math.hypot(...rawAt(place.get(word)!));
    vectors.set(
      unit(own.map((value, i) => value + towards[i]!)).map((value) => value * length),
      at * width,
    );
  }
  return { words: chosen, width, vectors };
}

/** The vector at length 1; one without a direction stays as it is. */
const unit = (vector: Float32Array): Float32Array => {
  const length = Math.hypot(...vector) || 1;
  return vector.map((value) => value / length);
};

function meanOf(vectors: readonly Float32Array[], width: number): Float32Array {
  const mean = new Float32Array(width);
  for (const vector of vectors) for (const [i, value] of vector.entries()) mean[i]! += value / vectors.length;
  return mean;
}
