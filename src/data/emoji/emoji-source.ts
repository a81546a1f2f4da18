import { permutation } from "../../engine/random.ts";
import type { PairSource } from "../loader/pair-source.ts";
import { defaultCaptionMix, trainingCaption, type CaptionMix } from "./captions.ts";
import { pictureAt, type EmojiCorpus } from "./corpus.ts";
import { trainPairs } from "./splits.ts";

/** The training pairs of the emoji corpus for the loader: each pair is a picture's index, each group a concept. */
export function emojiSource(corpus: EmojiCorpus, mix: CaptionMix = defaultCaptionMix): PairSource<number> {
  const training = trainPairs(corpus);
  const conceptOf = (index: number): number => corpus.pictures[index]!.concept;
  return {
    pairs: (order) => Array.from(permutation(order, training.length), (at) => training[at]!),
    id: (index) => index,
    group: conceptOf,
    image: (index) => pictureAt(corpus, index),
    caption: (index, key) => trainingCaption(corpus.concepts[conceptOf(index)]!, key, mix),
  };
}
