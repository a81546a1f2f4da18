import { groupBy } from "../group-by.ts";
import { heldOutStyle, trainingStyles, type EmojiCorpus, type EmojiPicture, type EmojiStyle } from "./corpus.ts";
import type { Language } from "./concepts.ts";

/** Pictures to find by captions and captions to find by pictures. */
export interface RetrievalSet {
  /** Indexes of corpus pictures. */
  readonly pictures: readonly number[];
  /** Distinct captions. */
  readonly captions: readonly string[];
  /** For each caption, the index of its concept. */
  readonly concepts: readonly number[];
  /**
   * For each picture, the numbers of all captions that are right for it, its own concept's first. A caption belongs to several
   * pictures if several styles draw it; a picture to several captions if its vendor draws several concepts with the same pixels.
   */
  readonly captionsOf: readonly (readonly number[])[];
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
  const pictures = select(
    corpus,
    (picture) => corpus.concepts[picture.concept]!.unscored === null && accept(picture),
  );
  const pictureOf = (index: number): EmojiPicture => corpus.pictures[index]!;
  const concepts = [...new Set(pictures.map((index) => pictureOf(index).concept))];
  const captionNumber = new Map(concepts.map((concept, number) => [concept, number]));
  const sameArt = groupBy(pictures, (index) => pictureOf(index).art);
  return {
    pictures,
    captions: concepts.map((concept) => corpus.concepts[concept]!.label[language]),
    concepts,
    captionsOf: pictures.map((index) => {
      const { concept, art } = pictureOf(index);
      const alike = sameArt.get(art)!.map((other) => pictureOf(other).concept);
      return [...new Set([concept, ...alike])].map((of) => captionNumber.get(of)!);
    }),
  };
}
