import type { Box, Sample } from "../../sample.ts";
import type { ParquetColumns } from "../parquet/schema.ts";

/** A picture as it is written. */
export interface PreparedPicture {
  readonly bytes: Uint8Array;
  /** The ending of its name, without the dot: `jpg`, `png`, ... */
  readonly ending: string;
  /** Pixels of the picture as it is seen, after any turn that the file asks for. */
  readonly width: number;
  readonly height: number;
}

/** A sample whose pictures are ready to be written. */
export interface PreparedSample extends Omit<Sample, "image" | "frames" | "boxes"> {
  /** One, or all frames in order. */
  readonly pictures: readonly [PreparedPicture, ...PreparedPicture[]];
  /** Where the picture is as it came, if it is in a file of its own. */
  readonly at?: string;
  /** In pixels of the prepared picture. */
  readonly boxes?: readonly Box[];
}

/** Writes samples in one form. Nothing is under its name before `close`, and disposing of it before that leaves nothing. */
export interface SampleSink extends AsyncDisposable {
  /** @param index counts the samples written, from 0 */
  readonly write: (sample: PreparedSample, index: number) => Promise<void>;
  readonly close: () => Promise<void>;
  /** What is whole so far; absent for sinks that write no shards. */
  readonly shards?: () => ShardState;
}

/** The first shards of a data set, and what the others have to agree with. */
export interface ShardState {
  /** How many are whole. */
  readonly whole: number;
  readonly columns?: ParquetColumns;
}

/** The number in a sample's file names, as img2dataset has it. */
export const fileNumber = (index: number, digits = 9): string => String(index).padStart(digits, "0");
