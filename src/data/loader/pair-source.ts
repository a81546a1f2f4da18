import type { Key } from "../../engine/random.ts";
import type { RgbImage } from "../../platform/platform.ts";
import type { Box } from "../image/resample.ts";

/** Extents of a picture in pixels. */
export interface PictureSize {
  readonly width: number;
  readonly height: number;
}

/** What a batch shows of a picture: a part, resized to this size. A source that decodes can save most of the work. */
export interface Wanted extends PictureSize {
  /** The part of a picture of a size, in whole pixels. */
  readonly part: (size: PictureSize) => Box;
}

/** A decoded picture, or as much of it as is wanted, possibly smaller than it is. */
export interface PartialImage extends RgbImage {
  /** Where the wanted part is in these pixels; its bounds may be between pixels. If absent, this is the whole picture. */
  readonly box?: Box;
}

/** Pictures that are kept as batches want them: `[3, height, width]` of one size. */
export interface StoredPlanes<T> extends PictureSize {
  /**
   * Copies a picture to where the batch has it.
   * @throws {InputError} if it cannot be read; the loader then drops the pair
   */
  readonly read: (pair: T, target: Uint8Array) => Promise<void>;
}

/** Where the bytes of a picture are, for a thread that reads and decodes it alone: those of a JPEG file, or planes. */
export interface StoredPicture {
  /** The path or the descriptor of a file, or the bytes themselves. */
  readonly from: string | number | Uint8Array;
  /** Where they begin in the file; 0 if absent. */
  readonly offset?: number;
  /** How many there are; all to the end of the file if absent. */
  readonly bytes?: number;
  /** CRC-32 that they must have. */
  readonly checksum?: number;
  /** Extents, if they are planes `[3, height, width]`. */
  readonly planes?: PictureSize;
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
   * The decoded picture, of which at least what is wanted.
   * @throws {InputError} if it cannot be read; the loader then drops the pair
   */
  readonly image: (pair: T, wanted: Wanted) => PartialImage | Promise<PartialImage>;
  /** A text for the pair; which one depends on the key alone. */
  readonly caption: (pair: T, key: Key) => string;
  /** Extents of the picture, upright; `undefined` if its file does not say. Needed to gather pictures by aspect ratio. */
  readonly size?: (pair: T) => PictureSize | undefined | Promise<PictureSize | undefined>;
  /** How often the epoch has shown the pair before, so that it is not augmented alike each time; 0 if absent. */
  readonly visit?: (pair: T) => number;
  /** Where the picture is stored; `undefined` if only {@link image} can tell. What cannot be had from there is asked of `image`. */
  readonly stored?: (pair: T) => StoredPicture | undefined;
  /** Told of a picture that was read where it is stored, and had the checksum. */
  readonly onVerified?: (pair: T) => void;
  /** For pictures that are kept ready. */
  readonly planes?: StoredPlanes<T>;
}
