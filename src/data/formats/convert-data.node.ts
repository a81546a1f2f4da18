import { InputError } from "../../platform/error.ts";
import type { OnDrop } from "../sample.ts";
import { takeFirst } from "../stream.ts";
import { DropCounts } from "./drop-counts.ts";
import { openData, type OpenDataOptions } from "./open-data.node.ts";
import { isWithin } from "./write/expect-nothing.node.ts";
import { writeData, type WriteDataOptions } from "./write-data.node.ts";

/** How a data set is converted. */
export interface ConvertDataOptions
  extends Omit<OpenDataOptions, "onDrop" | "shardOrder">, Omit<WriteDataOptions, "onDrop"> {
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
 * kept if `keepUncaptioned` says so.
 *
 * @throws {InputError} DATA_EXISTS if one data set is within the other, and what reading and writing throw
 */
export async function convertData(source: string, path: string, options: ConvertDataOptions): Promise<Converted> {
  const drops = new DropCounts();
  const onDrop: OnDrop = (key, reason) => {
    drops.add(key, reason);
    options.onDrop?.(key, reason);
  };
  if (isWithin(source, path) || isWithin(path, source))
    throw new InputError("DATA_EXISTS", path, `it is within ${source}, or the other way round`, "choose another place");
  const samples = takeFirst(openData(source, { ...options, onDrop }), options.limit ?? Infinity);
  const written = await writeData(samples, path, { ...options, onDrop });
  return { written, drops };
}
