import { InputError } from "../../platform/error.ts";
import type { HuffmanTable } from "./jpeg-bits.ts";

/** A component of the picture, brightness or a colour, as the frame header has it (T.81, section B.2.2). */
export interface JpegComponent {
  /** Blocks of it across and down in each unit of the frame. */
  readonly across: number;
  readonly down: number;
  /** Its own blocks of 8 x 8 samples, those that only fill up the last units left out. */
  readonly columns: number;
  readonly rows: number;
  /** Which quantisation table is its own. */
  readonly quantiser: number;
  /** Of a progressive picture: which coefficients are known not to be zero, a bit each, two words a block. */
  readonly nonZero: Uint32Array;
}

/** The frame header of a picture of 8-bit samples whose coefficients are Huffman-coded. */
export interface JpegFrame {
  readonly isProgressive: boolean;
  /** Units (MCU) of all components together. */
  readonly units: number;
  readonly components: ReadonlyMap<number, JpegComponent>;
}

/** A quantisation table (T.81, section B.2.4.1). */
export interface Quantiser {
  /** Steps of the 64 coefficients, in zigzag order; and their squares. */
  readonly steps: Uint16Array;
  readonly squares: Float64Array;
  /** The squares of a block's coefficients come to no more. */
  readonly maxEnergy: number;
}

/** A component with what a scan reads it by. */
export interface ScanComponent extends Omit<JpegComponent, "quantiser"> {
  /** Absent where the scan does not need one. */
  readonly dc: HuffmanTable | undefined;
  readonly ac: HuffmanTable | undefined;
  readonly quantiser: Quantiser;
  /** The last block's mean, in steps. */
  mean: number;
}

/** A scan header (T.81, section B.2.3). */
export interface JpegScan {
  readonly components: readonly ScanComponent[];
  /** The first and the last coefficient that it tells of. */
  readonly first: number;
  readonly last: number;
  /** Whether it adds a bit to what earlier scans told. */
  readonly isRefinement: boolean;
  /** Bits that are left to later scans. */
  readonly shift: number;
}

/** How the blocks of a scan are read. @throws {InputError} JPEG_CORRUPT */
export interface BlockReader {
  /** Reads a component's next block; `block` counts those of a scan that has no other component. */
  readonly read: (component: ScanComponent, block: number) => void;
  /** Blocks that have been promised to be empty, and were not read yet. */
  readonly pending: () => number;
  /** A segment begins. */
  readonly restart: () => void;
}

/** What a walk over a JPEG throws when it meets what no encoder writes. */
export const corrupt = (found: string): InputError =>
  new InputError(
    "JPEG_CORRUPT",
    "checkJpeg",
    `corrupt JPEG data: ${found}`,
    "fetch the file again, or drop it from the data",
  );
