import { groupBy } from "../group-by.ts";
import { heldOutStyle, trainingStyles, type EmojiCorpus, type EmojiPicture, type EmojiStyle } from "./corpus.ts";
import type { Language } from "./concepts.ts";

/** Pictures to find by texts and texts to find by pictures. */
export interface RetrievalSet {
  /** Indexes of corpus pictures. */
  readonly pictures: readonly number[];
  /** One for each concept, all distinct. */
  readonly texts: readonly string[];
  /** For each text, the index of its concept. */
  readonly concepts: readonly number[];
  /**
   * For each text, the places in `pictures` of all that it describes. A text has several pictures if several styles draw its concept; a
   * picture has several texts if its vendor draws several concepts with the same pixels.
   */
  readonly imagesOfText: readonly (readonly number[])[];
}

/** Up to this dHash distance to a training picture of its concept, a held-out picture tells nothing: it is nearly the same picture. */
const nearDuplicate = 4;

/** Indexes of the pictures that may train: training styles, without the held-out concepts. */
export const trainPairs = (corpus: EmojiCorpus): number[] => select(corpus, (picture) => trains(corpus, picture));

/** The held-out style, concepts that trained in other styles: does the model know the thing, or only its drawings? */
export function heldOutStyleSet(corpus: EmojiCorpus, language: Language = "en"): RetrievalSet {
  const seen = new Set(trainPairs(corpus).map((index) => corpus.pictures[index]!.concept));
  return retrievalSet(
    corpus,
    language,
    ({ style, concept, nearest }) =>
      style === heldOutStyle && seen.has(concept) && (nearest === null || nearest > nearDuplicate),
  );
}

/** Held-out concepts in styles that trained: does the model combine what it learned to name something new? */
export function heldOutConceptSet(
  corpus: EmojiCorpus,
  language: Language = "en",
  styles: readonly EmojiStyle[] = trainingStyles,
): RetrievalSet {
  // A vendor that draws a held-out and a training concept with the same pixels has shown the model the picture.
  const trainedArt = new Set(trainPairs(corpus).map((index) => corpus.pictures[index]!.art));
  return retrievalSet(
    corpus,
    language,
    ({ style, concept, art }) =>
      style !== heldOutStyle && styles.includes(style) && corpus.concepts[concept]!.heldOut && !trainedArt.has(art),
  );
}

/** Held-out concepts in the held-out style: neither the thing nor the hand that drew it was seen. */
export const heldOutBothSet = (corpus: EmojiCorpus, language: Language = "en"): RetrievalSet =>
  retrievalSet(corpus, language, ({ style, concept }) => style === heldOutStyle && corpus.concepts[concept]!.heldOut);

const trains = ({ concepts }: EmojiCorpus, { style, concept }: EmojiPicture): boolean =>
  style !== heldOutStyle && !concepts[concept]!.heldOut;

function select({ pictures }: EmojiCorpus, accept: (picture: EmojiPicture) => boolean): number[] {
  return [...pictures.keys()].filter((index) => accept(pictures[index]!));
}

/** Builds a set of the accepted pictures whose concepts are scored at all. */
function retrievalSet(
  corpus: EmojiCorpus,
  language: Language,
  accept: (picture: EmojiPicture) => boolean,
): RetrievalSet {
  const pictures = select(corpus, (picture) => corpus.concepts[picture.concept]!.unscored === null && accept(picture));
  const pictureOf = (at: number): EmojiPicture => corpus.pictures[pictures[at]!]!;
  const places = groupBy(pictures.keys(), (at) => pictureOf(at).concept);
  const byArt = groupBy(pictures.keys(), (at) => pictureOf(at).art);
  const artOf = (concept: number): Set<number> => new Set(places.get(concept)!.map((at) => pictureOf(at).art));
  const concepts = [...places.keys()];
  return {
    pictures,
    texts: concepts.map((concept) => corpus.concepts[concept]!.label[language]),
    concepts,
    imagesOfText: concepts.map((concept) => [...artOf(concept)].flatMap((art) => byArt.get(art)!)),
  };
}
