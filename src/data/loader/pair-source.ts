import type { Key } from "../../engine/random.ts";
import type { RgbImage } from "../../platform/platform.ts";

/**
 * Where the loader gets its image-text pairs. `T` is a handle that costs little to hold: the index of a picture in memory, or a sample
 * whose file is not read yet.
 */
export interface PairSource<T> {
  /** The pairs of one epoch, in an order that depends on the key alone. */
  readonly pairs: (order: Key) => Iterable<T> | AsyncIterable<T>;
  /** Names a pair within the source: it keys the pair's random numbers, and the list of dropped samples. */
  readonly id: (pair: T) => number | string;
  /** Pairs of one group would be false negatives of each other in one contrastive batch: the same concept, the same caption. */
  readonly group: (pair: T) => number | string;
  /**
   * The decoded picture.
   * @throws {InputError} if it cannot be read; the loader then drops the pair
   */
  readonly image: (pair: T) => RgbImage | Promise<RgbImage>;
  /** A text for the pair; which one depends on the key alone. */
  readonly caption: (pair: T, key: Key) => string;
}
