import type { Key } from "../../engine/random.ts";
import type { RgbImage } from "../../platform/platform.ts";

/** Extents of a picture in pixels. */
export interface PictureSize {
  readonly width: number;
  readonly height: number;
}

/** How many times smaller a picture of a size may be decoded, so that what a batch takes from it still has pixels enough; may be below 1. */
export type Shrink = (size: PictureSize) => number;

/** Pictures that are kept as batches want them: `[3, height, width]` of one size. */
export interface StoredPlanes<T> extends PictureSize {
  /**
   * Copies a picture to where the batch has it.
   * @throws {InputError} if it cannot be read; the loader then drops the pair
   */
  readonly read: (pair: T, target: Uint8Array) => Promise<void>;
}

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
   * @param shrink how much smaller than it is it may be; a source that decodes can save most of the work
   * @throws {InputError} if it cannot be read; the loader then drops the pair
   */
  readonly image: (pair: T, shrink: Shrink) => RgbImage | Promise<RgbImage>;
  /** A text for the pair; which one depends on the key alone. */
  readonly caption: (pair: T, key: Key) => string;
  /** Extents of the picture, upright; `undefined` if its file does not say. Needed to gather pictures by aspect ratio. */
  readonly size?: (pair: T) => PictureSize | undefined | Promise<PictureSize | undefined>;
  /** How often the epoch has shown the pair before, so that it is not augmented alike each time; 0 if absent. */
  readonly visit?: (pair: T) => number;
  /** For pictures that are kept ready. */
  readonly planes?: StoredPlanes<T>;
}
