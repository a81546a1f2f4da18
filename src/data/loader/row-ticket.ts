import type { Key } from "../../engine/random.ts";
import type { View } from "./load-row.ts";
import type { StoredPicture } from "./pair-source.ts";

/** Rows of a batch, as a thread is asked for them. It answers with a byte for each: 1 if the row is written. */
export interface RowTicket extends View {
  /** `[rows, 3, height, width]` in shared memory. */
  readonly pixels: Uint8Array;
  readonly rows: readonly StoredRow[];
}

/** One row, and what is to be there. */
export interface StoredRow {
  readonly row: number;
  /** Names the pair in messages. */
  readonly id: string | number;
  /** Of the pair's random numbers. */
  readonly key: Key;
  readonly stored: StoredPicture;
}

/** Where the program is that answers; where the sources run as they are, or are bundled, there is none. */
export const rowProgram = (): URL => new URL("row-worker.node.js", import.meta.url);
