import { InputError } from "../../platform/error.ts";
import type { OnDrop, Sample } from "../sample.ts";
import { mapInOrder } from "../stream.ts";
import { destinationOf, formatOf, isTable, type DataFormat } from "./data-format.ts";
import { expectNothingAt } from "./write/expect-nothing.node.ts";
import { lockDestination } from "./lock-destination.node.ts";
import { openTarget, type TargetOptions } from "./write/open-target.node.ts";
import { prepareSample, type PictureOptions } from "./write/prepare-picture.node.ts";
import type { PreparedSample } from "./write/sample-sink.ts";
import { expectNoImages } from "./write/table-sink.node.ts";

/** How samples are written. */
export interface WriteDataOptions extends TargetOptions {
  /** By the path's ending if absent: a file of that kind, or a folder of pictures. */
  readonly format?: DataFormat;
  /** Replaces what is at the path. */
  readonly overwrite?: boolean;
  /** Told of every sample whose picture cannot be read or decoded, and is left out; the first one is an error if absent. */
  readonly onDrop?: OnDrop;
  /** Called after each sample, with how many are written. */
  readonly onProgress?: (written: number) => void;
  /** Stops before the next sample; what was written is removed, but for shards that are kept. */
  readonly signal?: AbortSignal;
}

/**
 * Writes samples as a data set that {@link openData} reads back. It appears under its name when it is whole: what is under way, or was left
 * by a crash, has a name that ends in `.tmp`. Folders of shards go on where they were (`origin`); all other forms begin anew, and remove
 * what was left.
 *
 * Drops samples by reason: FILE_NOT_READABLE, IMAGE_NOT_DECODABLE.
 *
 * @param destination file or folder; a table gets its ending if it has another one or none ({@link destinationOf})
 * @returns how many samples the data set has
 * @throws {InputError} DATA_EXISTS, DATA_EMPTY if no sample is left to write, DATA_CHANGED if shards cannot go on,
 * DESTINATION_BUSY, FILE_NOT_WRITABLE
 */
export async function writeData(
  samples: AsyncIterable<Sample>,
  destination: string,
  options: WriteDataOptions = {},
): Promise<number> {
  const { format = formatOf(destination), overwrite = false, signal, onProgress, onDrop } = options;
  const path = destinationOf(destination, format);
  await using _lock = await lockDestination(path);
  if (!overwrite) await expectNothingAt(path);
  if (!overwrite && isTable(format)) await expectNoImages(path);
  const target = await openTarget(path, format, options);
  const { sink, journal } = target;
  let written = target.before;
  try {
    for await (const [sample, ready] of prepared(journal?.rest(samples, onDrop) ?? samples, options)) {
      signal?.throwIfAborted();
      if (ready instanceof InputError) {
        if (onDrop === undefined) throw ready;
        onDrop(sample.key, ready.code);
        journal?.take(sample, ready.code);
        continue;
      }
      journal?.begin(written);
      journal?.take(sample);
      await sink.write(ready, written++);
      await journal?.note(sink.shards?.());
      onProgress?.(written);
    }
    signal?.throwIfAborted();
    if (written === 0)
      throw new InputError("DATA_EMPTY", path, "there is no sample to write", "look at what was dropped, and why");
    await sink.close();
    await target.finish();
  } finally {
    await sink[Symbol.asyncDispose]();
    await target.discard();
  }
  return written;
}

/** Each sample, and what is to be written of it, or why it cannot be. Pictures are read and encoded a few samples ahead. */
const prepared = (
  samples: AsyncIterable<Sample>,
  options: PictureOptions,
): AsyncGenerator<readonly [Sample, PreparedSample | InputError]> =>
  mapInOrder(samples, 4, async (sample) => {
    try {
      return [sample, await prepareSample(sample, options)] as const;
    } catch (error) {
      if (error instanceof InputError) return [sample, error] as const;
      throw error;
    }
  });
