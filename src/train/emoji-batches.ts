import { augmentInto, type Augmentation } from "../data/augment/augment.ts";
import { trainingCaption, type CaptionMix } from "../data/emoji/captions.ts";
import { pictureAt, type EmojiCorpus } from "../data/emoji/corpus.ts";
import { groupBy } from "../data/group-by.ts";
import { fold, permutation, type Key } from "../engine/random.ts";
import type { HostTensor } from "../platform/session.ts";

/** How batches of the emoji corpus are drawn. */
export interface EmojiBatchOptions {
  /** Concepts in a batch, all distinct. */
  readonly concepts: number;
  /** Pictures of each concept, of different styles as far as there are. */
  readonly views: number;
  /** Pixels. */
  readonly side: number;
  /** Tokens of a text, padding included. */
  readonly context: number;
  readonly augmentation: Augmentation;
  readonly captions: CaptionMix;
}

/** Token ids of a text, padded or cut to `context`. */
export type Encode = (text: string, context: number) => readonly number[];

/** Where a batch is written to. */
export interface ContrastiveFeeds {
  readonly pixels: HostTensor<"uint8">;
  readonly input_ids: HostTensor<"int64">;
}

/**
 * The batches of the emoji corpus as a function of the step, so that a resumed run needs no position: each epoch visits
 * the concepts in another order, and picture, augmentation and caption follow from the key, the step and the place.
 *
 * @param pictures corpus pictures that may be drawn
 */
export function emojiBatches(
  corpus: EmojiCorpus,
  pictures: readonly number[],
  encode: Encode,
  key: Key,
  options: EmojiBatchOptions,
): (step: number, into: ContrastiveFeeds) => void {
  const { concepts: count, views, side, context, augmentation, captions } = options;
  const ofConcept = groupBy(pictures, (index) => corpus.pictures[index]!.concept);
  const concepts = [...ofConcept.keys()];
  const perEpoch = Math.floor(concepts.length / count);
  const bytes = 3 * side * side;
  return (step, { pixels, input_ids }) => {
    const epoch = Math.floor(step / perEpoch);
    const order = permutation(fold(key, "order", epoch), concepts.length);
    for (let i = 0; i < count; i++) {
      const concept = concepts[order[(step % perEpoch) * count + i]!]!;
      const own = fold(key, step, i);
      const ids = encode(trainingCaption(corpus.concepts[concept]!, fold(own, "caption"), captions), context);
      for (const [at, id] of ids.entries()) input_ids.data[i * context + at] = BigInt(id);
      const drawings = ofConcept.get(concept)!;
      const chosen = permutation(fold(own, "styles"), drawings.length);
      for (let view = 0; view < views; view++) {
        const index = drawings[chosen[view % chosen.length]!]!;
        const start = (view * count + i) * bytes;
        const target = pixels.data.subarray(start, start + bytes);
        augmentInto(target, pictureAt(corpus, index), side, augmentation, fold(own, "view", view));
      }
    }
  };
}
