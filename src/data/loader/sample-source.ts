import { integer, type Key } from "../../engine/random.ts";
import { decodeSample, type Sample } from "../sample.ts";
import type { PairSource } from "./pair-source.ts";
import { shuffled } from "./shuffle.ts";

/**
 * Streams of samples, as {@link PairSource}: memory does not grow with the data set.
 *
 * @param open          reads the data from its beginning, once for each epoch; it may use the key to choose the order of shards
 * @param shuffleBuffer samples held back to mix the order: as many as the data set has give a uniformly random order, fewer take less
 *   memory and mix less
 */
export const sampleSource = (
  open: (order: Key) => AsyncIterable<Sample>,
  shuffleBuffer = 4096,
): PairSource<Sample> => ({
  pairs: (order) => shuffled(open(order), shuffleBuffer, order),
  id: ({ key }) => key,
  group: ({ captions }) => captions[0]!.text.toLowerCase(),
  image: ({ image }) => decodeSample(image),
  caption: ({ captions }, key) => captions[integer(key, captions.length)]!.text,
});
