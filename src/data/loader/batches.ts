import { fold, type Key } from "../../engine/random.ts";
import { FoveaError, InputError } from "../../platform/error.ts";
import { augmentInto, type Augmentation } from "../augment/augment.ts";
import type { OnDrop } from "../sample.ts";
import { limiter, mapInOrder } from "../stream.ts";
import { composeBatches } from "./compose.ts";
import type { PairSource } from "./pair-source.ts";

/** A place in the endless stream of batches: enough to resume at the exact sample. */
export interface Position {
  readonly epoch: number;
  /** Number of the batch in the epoch. */
  readonly batch: number;
}

/** What one training step sees. */
export interface Batch {
  readonly at: Position;
  /** Where a run that has finished this batch resumes. */
  readonly next: Position;
  /** `[captions.length, 3, side, side]`, 8-bit. */
  readonly pixels: Uint8Array;
  readonly captions: readonly string[];
  /** Group of each pair; see {@link PairSource.group}. Equal ones are false negatives of each other. */
  readonly groups: readonly (number | string)[];
}

/** Size, look and order of batches, and how far ahead they are loaded. */
export interface LoaderOptions {
  readonly batchSize: number;
  /** Width and height of the pictures in pixels. */
  readonly side: number;
  /** The run's key for data: with the epoch it determines order, captions and augmentation. */
  readonly key: Key;
  /** None if absent: whole pictures, resized. */
  readonly augmentation?: Augmentation;
  /** Where to begin; the first batch of epoch 0 if absent. */
  readonly start?: Position;
  /** Batches loaded in advance; 3 if absent. */
  readonly ahead?: number;
  /** Pictures read and decoded at once; 8 if absent. */
  readonly inFlight?: number;
  /** Told of every pair whose picture cannot be read. */
  readonly onDrop?: OnDrop;
}

/**
 * Training batches without end, epoch after epoch, loaded ahead of the consumer. The stream is a function of source, key and start:
 * stopped anywhere and started again at the last batch's `next`, it goes on with the same bytes.
 *
 * Batches are composed before pictures are read, so that resuming skips without reading, and a picture that turns out to be unreadable
 * cannot shift what follows: its place is taken by the next readable pair of the same batch.
 *
 * @throws {InputError} DATA_TOO_SMALL (an epoch has no whole batch), BATCH_UNREADABLE (no picture of a batch can be read), whatever
 *   `onDrop` throws
 */
export async function* batches<T>(source: PairSource<T>, options: LoaderOptions): AsyncGenerator<Batch> {
  const limit = limiter(options.inFlight ?? 8);
  yield* mapInOrder(plan(source, options), options.ahead ?? 3, ({ at, pairs }) =>
    loadBatch(source, options, at, pairs, limit),
  );
}

interface PlannedBatch<T> {
  readonly at: Position;
  readonly pairs: readonly T[];
}

async function* plan<T>(source: PairSource<T>, options: LoaderOptions): AsyncGenerator<PlannedBatch<T>> {
  const { batchSize, key, start = { epoch: 0, batch: 0 } } = options;
  for (let epoch = start.epoch; ; epoch++) {
    let batch = 0;
    const order = fold(key, "order", epoch);
    for await (const pairs of composeBatches(source.pairs(order), batchSize, source.group)) {
      if (epoch > start.epoch || batch >= start.batch) yield { at: { epoch, batch }, pairs };
      batch++;
    }
    if (batch === 0) {
      throw new InputError(
        "DATA_TOO_SMALL",
        `epoch ${epoch}`,
        `the data has fewer pairs than one batch of ${batchSize}`,
        "give more data, or choose a smaller batch size",
      );
    }
  }
}

async function loadBatch<T>(
  source: PairSource<T>,
  { side, key, augmentation = {}, onDrop = () => {} }: LoaderOptions,
  at: Position,
  pairs: readonly T[],
  limit: <R>(work: () => Promise<R>) => Promise<R>,
): Promise<Batch> {
  await new Promise((resolve) => setTimeout(resolve)); // let the consumer begin its step before work for later steps takes the thread
  const stride = 3 * side * side;
  const pixels = new Uint8Array(pairs.length * stride);
  const load = async (pair: T, row: number): Promise<boolean> => {
    try {
      const image = await source.image(pair);
      const view = pixels.subarray(row * stride, (row + 1) * stride);
      augmentInto(view, image, side, augmentation, pairKey(key, at, source.id(pair)));
      return true;
    } catch (error) {
      if (!(error instanceof FoveaError)) throw error;
      onDrop(String(source.id(pair)), error.code);
      return false;
    }
  };
  const readable = await Promise.all(pairs.map((pair, row) => limit(() => load(pair, row))));
  const rows = standIns(readable, at);
  rows.forEach((from, row) => {
    if (from !== row) pixels.copyWithin(row * stride, from * stride, (from + 1) * stride);
  });
  const used = rows.map((from) => pairs[from]!);
  return {
    at,
    next: { epoch: at.epoch, batch: at.batch + 1 },
    pixels,
    captions: used.map((pair) => source.caption(pair, fold(pairKey(key, at, source.id(pair)), "caption"))),
    groups: used.map((pair) => source.group(pair)),
  };
}

const pairKey = (key: Key, { epoch }: Position, id: number | string): Key => fold(key, "pair", epoch, id);

/** For each row, itself if it is readable, else the next one that is. */
function standIns(readable: readonly boolean[], at: Position): number[] {
  if (!readable.includes(true)) {
    throw new InputError(
      "BATCH_UNREADABLE",
      `epoch ${at.epoch}, batch ${at.batch}`,
      `none of its ${readable.length} pictures can be read`,
      "check that the pictures are where the data says, and are whole",
    );
  }
  return readable.map((_, row) => {
    let from = row;
    while (!readable[from]!) from = (from + 1) % readable.length;
    return from;
  });
}
