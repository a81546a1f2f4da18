import { InputError } from "../../platform/error.ts";
import type { OnDrop } from "../sample.ts";
import { takeFirst } from "../stream.ts";
import { destinationOf, formatOf, isTable } from "./data-format.ts";
import { DropCounts } from "./drop-counts.ts";
import { openData, type OpenDataOptions } from "./open-data.node.ts";
import { isWithin } from "./write/expect-nothing.node.ts";
import { imagesOf } from "./write/table-sink.node.ts";
import { writeData, type WriteDataOptions } from "./write-data.node.ts";

/** How a data set is converted. */
export interface ConvertDataOptions
  extends Omit<OpenDataOptions, "onDrop" | "shardOrder">, Omit<WriteDataOptions, "onDrop" | "origin"> {
  /** Told of every sample that is left out, with its reason. */
  readonly onDrop?: OnDrop;
  /** Stops after this many samples. */
  readonly limit?: number;
}

/** What became of a data set. */
export interface Converted {
  readonly written: number;
  readonly drops: DropCounts;
}

/**
 * Reads a data set of any form and writes it in another: {@link openData} and {@link writeData} in one call. Samples without captions are
 * kept if `keepUncaptioned` says so. A run that was killed while it wrote shards goes on after the last whole one; pictures that changed in
 * the meantime are not noticed there.
 *
 * @throws {InputError} DATA_EXISTS if one data set is within the other, and what reading and writing throw
 */
export async function convertData(
  source: string,
  destination: string,
  options: ConvertDataOptions,
): Promise<Converted> {
  const drops = new DropCounts();
  const onDrop: OnDrop = (key, reason) => {
    drops.add(key, reason);
    options.onDrop?.(key, reason);
  };
  const format = options.format ?? formatOf(destination);
  const path = destinationOf(destination, format);
  for (const place of isTable(format) ? [path, imagesOf(path)] : [path])
    if (isWithin(source, place) || isWithin(place, source))
      throw new InputError(
        "DATA_EXISTS",
        place,
        `it is within ${source}, or the other way round`,
        "choose another place",
      );
  const { images, keepUncaptioned, limit = Infinity } = options;
  const samples = takeFirst(openData(source, { ...options, onDrop }), limit);
  const origin = JSON.stringify({ source, images, keepUncaptioned, limit });
  try {
    const written = await writeData(samples, path, { ...options, onDrop, origin });
    return { written, drops };
  } catch (error) {
    if (!(error instanceof InputError) || error.code !== "DATA_EMPTY" || drops.total === 0) throw error;
    const left = drops.list().map(({ reason, count, examples }) => `${count} ${reason} (${examples.join(", ")})`);
    const found = `there is no sample to write; left out: ${left.join(", ")}`;
    throw new InputError("DATA_EMPTY", path, found, "look at these of the source", { cause: error });
  }
}
