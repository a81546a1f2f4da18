import { fold, type Key } from "../../engine/random.ts";
import { InputError } from "../../platform/error.ts";
import type { Augmentation } from "../augment/augment.ts";
import type { OnDrop } from "../sample.ts";
import { limiter } from "../../platform/limiter.ts";
import { mapInOrder } from "../stream.ts";
import { BufferRing } from "./buffer-ring.ts";
import type { BatchShape } from "./buckets.ts";
import { loadRow, type View } from "./load-row.ts";
import type { PairSource } from "./pair-source.ts";
import {
  pairKey,
  planBatches,
  type BucketedBatches,
  type EvenBatches,
  type PlannedBatch,
  type PlanOptions,
  type Position,
} from "./plan.ts";
import { RowWorkers } from "./row-workers.ts";

/** What one training step sees. */
export interface Batch {
  readonly at: Position;
  /** Where a run that has finished this batch resumes. */
  readonly next: Position;
  /** Extents of its pictures, and the length of its captions where they are gathered by length. */
  readonly shape: BatchShape;
  /** `[captions.length, 3, height, width]`, 8-bit. */
  readonly pixels: Uint8Array;
  readonly captions: readonly string[];
  /** Group of each pair; see {@link PairSource.group}. Equal ones are false negatives of each other. */
  readonly groups: readonly (number | string)[];
}

/** Size, look and order of batches, and how far ahead they are loaded. */
export type LoaderOptions = (EvenBatches | BucketedBatches) &
  PlanOptions & {
    /** None if absent: whole pictures, resized; in buckets the largest central part of the bucket's aspect ratio. */
    readonly augmentation?: Augmentation;
    /** Batches loaded in advance; 3 if absent. */
    readonly ahead?: number;
    /** Pictures read and decoded at once where no worker thread does that; 8 if absent. */
    readonly inFlight?: number;
    /** Worker threads that read and decode, where the platform has some; one for each processor, up to eight, if absent. */
    readonly workers?: number;
    /** The part of each batch to load; all of it if absent. All ranks together load what one would load alone. */
    readonly part?: RankPart;
    /** Use memory again: the pixels of a batch are good until the second batch after it is asked for. New memory each time if absent. */
    readonly reuse?: boolean;
    /** Told of every pair whose picture cannot be read. */
    readonly onDrop?: OnDrop;
  };

/** One of several processes that share each batch. */
export interface RankPart {
  /** From 0. */
  readonly rank: number;
  readonly ranks: number;
}

/**
 * Training batches without end, epoch after epoch, loaded ahead of the consumer. The stream is a function of source, key and start:
 * stopped anywhere and started again at the last batch's `next`, it goes on with the same bytes, however many pictures are loaded at once
 * and however many ranks share the work.
 *
 * Batches are composed before pictures are read, so that resuming skips without reading, and a picture that turns out to be unreadable
 * cannot shift what follows: its place is taken by the next readable pair of the same batch.
 *
 * Pictures that lie in files are read, decoded and augmented by worker threads, in Node; what they cannot do, and all before they have
 * started, the loader does itself: then the codec runs on the threads of libuv. No more than `ahead` batches are under way, and of what
 * the loader does itself `inFlight` pictures: a consumer that is slow, or stops asking, stops the reading.
 *
 * @throws {InputError} DATA_TOO_SMALL (an epoch has no whole batch), BATCH_UNREADABLE (no picture of a batch can be read),
 *   BATCH_NOT_DIVISIBLE (among the ranks), BUCKETS_INVALID, whatever `onDrop` throws
 */
export async function* batches<T>(source: PairSource<T>, options: LoaderOptions): AsyncGenerator<Batch> {
  const { ahead = 3, inFlight = 8, reuse = false } = options;
  checkPart(options);
  const workers = source.stored && RowWorkers.start(options.workers);
  const ring = new BufferRing(ahead + 2, workers !== undefined);
  const fresh = (bytes: number): Uint8Array =>
    workers ? new Uint8Array(new SharedArrayBuffer(bytes)) : new Uint8Array(bytes);
  const memory = reuse ? (bytes: number) => ring.take(bytes) : fresh;
  const limit = limiter(inFlight);
  try {
    yield* mapInOrder(planBatches(source, options, options), ahead, (planned) =>
      loadBatch(source, options, planned, memory, limit, workers),
    );
  } finally {
    workers?.end();
  }
}

async function loadBatch<T>(
  source: PairSource<T>,
  options: LoaderOptions,
  { at, shape, pairs }: PlannedBatch<T>,
  memory: (bytes: number) => Uint8Array,
  limit: <R>(work: () => Promise<R>) => Promise<R>,
  workers: RowWorkers | undefined,
): Promise<Batch> {
  const { key, part: { rank, ranks } = { rank: 0, ranks: 1 }, onDrop = () => {} } = options;
  const count = pairs.length / ranks;
  const first = rank * count;
  const stride = 3 * shape.width * shape.height;
  const pixels = memory(count * stride);
  const view: View = {
    shape,
    augmentation: "buckets" in options ? withinShape(options.augmentation ?? {}, shape) : (options.augmentation ?? {}),
  };
  const keyOf = (pair: T): Key => pairKey(source, key, at.epoch, pair);
  const load = (pair: T, into: number): Promise<boolean> =>
    loadRow(source, pair, pixels.subarray(into * stride, (into + 1) * stride), keyOf(pair), view, onDrop);
  const own = pairs.slice(first, first + count);
  const written = await workers?.write(source, own, keyOf, pixels, view);
  const readable = await Promise.all(
    own.map(async (pair, i) => written?.has(i) === true || limit(() => load(pair, i))),
  );

  /** The pair that stands in row `i`: its own if it can be read, else the next one of the whole batch that can. */
  const standIn = async (i: number): Promise<T> => {
    for (let step = 0; step < pairs.length; step++) {
      const from = (first + i + step) % pairs.length;
      const ownRow = from - first;
      if (ownRow >= 0 && ownRow < count) {
        if (!readable[ownRow]!) continue;
        if (ownRow !== i) pixels.copyWithin(i * stride, ownRow * stride, (ownRow + 1) * stride);
        return pairs[from]!;
      }
      if (await load(pairs[from]!, i)) return pairs[from]!;
    }
    throw unreadable(at, pairs.length);
  };
  const used: T[] = [];
  for (const [i, pair] of own.entries()) used.push(readable[i]! ? pair : await standIn(i));
  return {
    at,
    next: { epoch: at.epoch, batch: at.batch + 1 },
    shape,
    pixels,
    captions: used.map((pair) => source.caption(pair, fold(keyOf(pair), "caption"))),
    groups: used.map((pair) => source.group(pair)),
  };
}

/** What pictures are varied by in a batch of a shape: aspect ratios of crops are relative to the shape's. */
function withinShape(augmentation: Augmentation, { width, height }: BatchShape): Augmentation {
  const aspect = width / height;
  const { scale, ratio } = augmentation.crop ?? { scale: [1, 1], ratio: [1, 1] };
  return { ...augmentation, crop: { scale, ratio: [ratio[0] * aspect, ratio[1] * aspect] } };
}

/** Whether batches can be divided among the ranks. */
function checkPart(options: LoaderOptions): void {
  const { rank, ranks } = options.part ?? { rank: 0, ranks: 1 };
  const size = "buckets" in options ? (options.buckets.multiple ?? 1) : options.batchSize;
  if (size % ranks === 0 && rank >= 0 && rank < ranks) return;
  throw new InputError(
    "BATCH_NOT_DIVISIBLE",
    `rank ${rank}`,
    `batches of a multiple of ${size} cannot be divided among ${ranks} ranks`,
    "choose a batch size (in buckets: multiple) that the number of ranks divides, and ranks from 0",
  );
}

const unreadable = (at: Position, pictures: number): InputError =>
  new InputError(
    "BATCH_UNREADABLE",
    `epoch ${at.epoch}, batch ${at.batch}`,
    `none of its ${pictures} pictures can be read`,
    "check that the pictures are where the data says, and are whole",
  );
