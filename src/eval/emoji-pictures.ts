import { pictureAt, type EmojiCorpus } from "../data/emoji/corpus.ts";
import { permutation, fold, type Key } from "../engine/random.ts";
import type { RgbImage } from "../platform/platform.ts";
import type { EmbeddedSet } from "./evaluate-emoji.ts";
import { bestRanks } from "./metrics/retrieval.ts";
import type { SimilarityMatrix } from "./report/matrix.ts";
import type { NearestPictures } from "./report/nearest.ts";
import { nearestCandidates } from "./tasks/nearest.ts";

/** PNG bytes of a picture: `encodePng` of the platform. */
type EncodePng = (image: RgbImage) => Promise<Uint8Array>;

/** A small corner of a set's similarities, with its pictures: `count` captions and one picture of each. */
export async function emojiSimilarity(
  corpus: EmojiCorpus,
  { texts, pictures, scores, imagesOfText }: EmbeddedSet,
  encode: EncodePng,
  key: Key,
  count = 16,
): Promise<SimilarityMatrix> {
  const captions = sample(texts.length, count, fold(key, "similarity"));
  const shown = captions.map((text) => imagesOfText[text]![0]!);
  return {
    captions: captions.map((text) => texts[text]!),
    pictures: await Promise.all(shown.map((place) => encode(pictureAt(corpus, pictures[place]!)))),
    scores: Float32Array.from(
      captions.flatMap((text) => shown.map((place) => scores[text * pictures.length + place]!)),
    ),
    picturesOfCaption: captions.map((text) =>
      shown.flatMap((place, column) => (imagesOfText[text]!.includes(place) ? [column] : [])),
    ),
  };
}

/** What the model finds for `count` captions of a set: the nearest `found` pictures of each. */
export async function emojiNearest(
  corpus: EmojiCorpus,
  { texts, pictures, scores, imagesOfText }: EmbeddedSet,
  encode: EncodePng,
  key: Key,
  { count = 12, found = 5 } = {},
): Promise<NearestPictures[]> {
  const ranks = bestRanks(scores, pictures.length, imagesOfText);
  const answers = sample(texts.length, count, fold(key, "nearest")).map(async (text) => {
    const row = scores.subarray(text * pictures.length, (text + 1) * pictures.length);
    const near = nearestCandidates(row, found).map(async ({ candidate, score }) => {
      const index = pictures[candidate]!;
      return {
        png: await encode(pictureAt(corpus, index)),
        caption: corpus.concepts[corpus.pictures[index]!.concept]!.label.en,
        score,
        correct: imagesOfText[text]!.includes(candidate),
      };
    });
    return { caption: texts[text]!, rank: ranks[text]!, pictures: await Promise.all(near) };
  });
  return Promise.all(answers);
}

/** `count` different numbers below `of`, ascending. */
const sample = (of: number, count: number, key: Key): number[] =>
  Array.from(permutation(key, of).subarray(0, count)).sort((a, b) => a - b);
