import { augmentInto, type Augmentation } from "../../data/augment/augment.ts";
import { trainingCaption, type CaptionMix } from "../../data/emoji/captions.ts";
import { pictureAt, type EmojiCorpus } from "../../data/emoji/corpus.ts";
import { groupBy } from "../../data/group-by.ts";
import type { Position } from "../../data/loader/plan.ts";
import { fold, permutation, type Key } from "../../engine/random.ts";
import type { ContrastiveFeeds } from "./feeds.ts";

/** How batches of the emoji corpus are drawn. */
export interface EmojiBatchOptions {
  /** Concepts in a batch, all distinct. */
  readonly concepts: number;
  /** Pictures of each concept, of different styles as far as there are. */
  readonly views: number;
  readonly augmentation: Augmentation;
  readonly captions: CaptionMix;
  /** What each concept means, for a step that asks for it. */
  readonly meanings?: readonly Float32Array[];
}

/** The batches of the emoji corpus, each a function of its position. */
export interface EmojiBatches {
  /** Batches in an epoch. */
  readonly perEpoch: number;
  /** Writes pictures and texts of a batch. */
  readonly write: (at: Position, into: ContrastiveFeeds) => void;
}

/**
 * Batches of pictures of the emoji corpus. Each epoch visits the concepts in another order; picture, augmentation and
 * caption follow from the key, the epoch and the concept.
 *
 * @param pictures corpus pictures that may be drawn
 */
export function emojiBatches(
  corpus: EmojiCorpus,
  pictures: readonly number[],
  key: Key,
  { concepts: count, views, augmentation, captions, meanings }: EmojiBatchOptions,
): EmojiBatches {
  const ofConcept = groupBy(pictures, (index) => corpus.pictures[index]!.concept);
  const concepts = [...ofConcept.keys()];
  return {
    perEpoch: Math.floor(concepts.length / count),
    write({ epoch, batch }, into) {
      const order = permutation(fold(key, "order", epoch), concepts.length);
      for (let row = 0; row < count; row++) {
        const concept = concepts[order[batch * count + row]!]!;
        const own = fold(key, "concept", epoch, concept);
        into.setText(row, trainingCaption(corpus.concepts[concept]!, fold(own, "caption"), captions));
        if (meanings !== undefined) into.setMeaning(row, meanings[concept]!);
        const drawings = ofConcept.get(concept)!;
        const chosen = permutation(fold(own, "styles"), drawings.length);
        for (let view = 0; view < views; view++) {
          const image = pictureAt(corpus, drawings[chosen[view % chosen.length]!]!);
          augmentInto(into.picture(view * count + row), image, into.side, augmentation, fold(own, "view", view));
        }
      }
    },
  };
}
