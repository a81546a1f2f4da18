import { groupBy } from "../group-by.ts";
import { resample, wholeOf } from "../image/resample.ts";
import { pictureAt, type EmojiCorpus } from "./corpus.ts";
import { trainPairs, type RetrievalSet } from "./splits.ts";

/** What the raw-pixel baseline of `eval/tasks/pixel-lookup.ts` compares. */
export interface PixelLookup {
  /** `[training pictures, width]`, 8-bit. */
  readonly training: Uint8Array;
  /** `[pictures of the set, width]`, 8-bit. */
  readonly candidates: Uint8Array;
  /** Values per picture: 16 x 16 RGB. */
  readonly width: number;
  /** For each text of the set, its concept's training pictures; none for a held-out concept. */
  readonly trainingOfText: readonly (readonly number[])[];
}

/** Pixels. */
const side = 16;

/** Shrinks the training pictures and those of `set` to 16 x 16 pixels: the lookup that any trained model has to beat. */
export function pixelLookup(corpus: EmojiCorpus, set: RetrievalSet): PixelLookup {
  const training = trainPairs(corpus);
  const places = groupBy(training.keys(), (at) => corpus.pictures[training[at]!]!.concept);
  return {
    training: thumbnails(corpus, training),
    candidates: thumbnails(corpus, set.pictures),
    width: side * side * 3,
    trainingOfText: set.concepts.map((concept) => places.get(concept) ?? []),
  };
}

function thumbnails(corpus: EmojiCorpus, indexes: readonly number[]): Uint8Array {
  const width = side * side * 3;
  const result = new Uint8Array(indexes.length * width);
  for (const [at, index] of indexes.entries()) {
    const image = pictureAt(corpus, index);
    result.set(resample(image, wholeOf(image), side, side, "box").map(Math.round), at * width);
  }
  return result;
}
