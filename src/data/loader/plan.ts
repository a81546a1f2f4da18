import { fold, type Key } from "../../engine/random.ts";
import { InputError } from "../../platform/error.ts";
import { BucketComposer, type BatchShape, type Buckets } from "./buckets.ts";
import { composeBatches } from "./compose.ts";
import type { PairSource } from "./pair-source.ts";

/** A place in the endless stream of batches: enough to resume at the exact sample. */
export interface Position {
  readonly epoch: number;
  /** Number of the batch in the epoch. */
  readonly batch: number;
}

/** Batches of one shape and size. */
export interface EvenBatches {
  readonly batchSize: number;
  /** Width and height of the pictures in pixels. */
  readonly side: number;
}

/** Batches of several shapes. */
export interface BucketedBatches {
  readonly buckets: Buckets;
}

/** What determines the order, and where in it to begin. */
export interface PlanOptions {
  /** The run's key for data: with the epoch it determines order, captions and augmentation. */
  readonly key: Key;
  /** Where to begin; the first batch of epoch 0 if absent. */
  readonly start?: Position;
}

/** A batch whose pictures are not read yet. */
export interface PlannedBatch<T> {
  readonly at: Position;
  readonly shape: BatchShape;
  readonly pairs: readonly T[];
}

/** The key of a pair's random numbers in an epoch. */
export function pairKey<T>({ id, visit }: PairSource<T>, key: Key, epoch: number, pair: T): Key {
  const own = fold(key, "pair", epoch, id(pair));
  const again = visit?.(pair) ?? 0;
  return again === 0 ? own : fold(own, again);
}

/**
 * The batches of all epochs from a position on. They follow from source, key and position; no picture is read, so that going on in the
 * middle of an epoch costs little.
 * @throws {InputError} DATA_TOO_SMALL (an epoch has no whole batch), BUCKETS_INVALID
 */
export async function* planBatches<T>(
  source: PairSource<T>,
  form: EvenBatches | BucketedBatches,
  { key, start = { epoch: 0, batch: 0 } }: PlanOptions,
): AsyncGenerator<PlannedBatch<T>> {
  for (let epoch = start.epoch; ; epoch++) {
    let batch = 0;
    const epochs = "buckets" in form ? bucketed(source, form.buckets, key, epoch) : even(source, form, key, epoch);
    for await (const planned of epochs) {
      if (epoch > start.epoch || batch >= start.batch) yield { at: { epoch, batch }, ...planned };
      batch++;
    }
    if (batch === 0) throw tooSmall(form, epoch);
  }
}

type Composed<T> = AsyncGenerator<Omit<PlannedBatch<T>, "at">>;

const orderOf = (key: Key, epoch: number): Key => fold(key, "order", epoch);

async function* even<T>(source: PairSource<T>, { batchSize, side }: EvenBatches, key: Key, epoch: number): Composed<T> {
  const shape = { width: side, height: side };
  const pairs = source.pairs(orderOf(key, epoch));
  for await (const batch of composeBatches(pairs, batchSize, source.group)) yield { shape, pairs: batch };
}

async function* bucketed<T>(source: PairSource<T>, buckets: Buckets, key: Key, epoch: number): Composed<T> {
  const composer = new BucketComposer<T>(buckets, source.group);
  const isSized = buckets.pictures.length > 1;
  if (isSized && source.size === undefined)
    throw new InputError(
      "BUCKETS_INVALID",
      "buckets",
      "the source does not tell the sizes of its pictures",
      "give a source that has size, or a single shape",
    );
  for await (const pair of source.pairs(orderOf(key, epoch))) {
    const size = isSized ? await source.size?.(pair) : undefined;
    const caption = (): string => source.caption(pair, fold(pairKey(source, key, epoch, pair), "caption"));
    for (const [shape, pairs] of composer.add(pair, composer.shapeOf(size, caption))) yield { shape, pairs };
  }
  for (const [shape, pairs] of composer.end()) yield { shape, pairs };
}

const tooSmall = (form: EvenBatches | BucketedBatches, epoch: number): InputError =>
  "buckets" in form
    ? new InputError(
        "DATA_TOO_SMALL",
        `epoch ${epoch}`,
        "no bucket is ever full",
        "give more data, or a smaller budget",
      )
    : new InputError(
        "DATA_TOO_SMALL",
        `epoch ${epoch}`,
        `the data has fewer pairs than one batch of ${form.batchSize}`,
        "give more data, or choose a smaller batch size",
      );
