import * as z from "zod";
import type { PictureSize } from "../loader/pair-source.ts";

/**
 * A pack is a folder of four files: pictures one after the other, one line of JSON a sample, an index of fixed-size entries, and the
 * manifest, which is written last and says how long the others are.
 */
export const packFiles = {
  images: "images.bin",
  samples: "samples.jsonl",
  index: "index.bin",
  manifest: "pack.json",
} as const;

/** How pictures are brought to the size of the records: see {@link place}. */
export const fits = ["cover", "fill", "contain", "inside"] as const;

/** `cover` crops, `fill` stretches, `contain` adds borders, `inside` keeps the shape within a square (JPEG records only). */
export type Fit = (typeof fits)[number];

/** What records hold: planes `[3, height, width]` as batches want them, or JPEG files. */
export const recordKinds = ["raw", "jpeg"] as const;

/** See {@link recordKinds}. */
export type RecordKind = (typeof recordKinds)[number];

const bytesOf = z.int().nonnegative();

/** `pack.json`. */
export const Manifest = z.object({
  format: z.literal("fovea-pack"),
  version: z.literal(1),
  count: z.int().positive(),
  records: z.enum(recordKinds),
  /** Extents of every picture; of `inside` the largest there may be. */
  width: z.int().positive().max(65_535),
  height: z.int().positive().max(65_535),
  fit: z.enum(fits),
  /** Lengths in bytes. */
  images: bytesOf,
  samples: bytesOf,
  index: bytesOf,
  /** CRC-32 of the index, which holds those of all else. */
  indexChecksum: z.int().nonnegative(),
  /** Samples that were left out, by reason. */
  dropped: z.record(z.string(), z.int().positive()),
});

/** See {@link Manifest}. */
export type Manifest = z.infer<typeof Manifest>;

/** One line of `samples.jsonl`: a sample without its picture. Boxes are in pixels of the packed picture. */
export const PackedSample = z.object({
  key: z.string(),
  captions: z.array(
    z.object({ text: z.string(), language: z.string().exactOptional(), provenance: z.string().exactOptional() }),
  ),
  boxes: z
    .array(
      z.object({
        label: z.string(),
        x: z.number(),
        y: z.number(),
        width: z.number(),
        height: z.number(),
        polygons: z.array(z.array(z.number())).exactOptional(),
        mask: z.object({ width: z.int(), height: z.int(), counts: z.array(z.int()) }).exactOptional(),
        isCrowd: z.boolean().exactOptional(),
      }),
    )
    .exactOptional(),
  conversation: z.array(z.object({ role: z.enum(["system", "user", "assistant"]), text: z.string() })).exactOptional(),
  metadata: z.record(z.string(), z.unknown()),
});

/** See {@link PackedSample}. */
export type PackedSample = z.infer<typeof PackedSample>;

/** Bytes of one entry of the index. */
export const entryBytes = 48;

/** A part of a file, with the CRC-32 of its bytes. */
export interface Extent {
  readonly offset: number;
  readonly bytes: number;
  readonly checksum: number;
}

/** What the index says of a sample. */
export interface Entry extends PictureSize {
  readonly image: Extent;
  readonly sample: Extent;
  /** Equal for samples whose first captions are equal but for case; 48 bits of a hash. */
  readonly group: number;
}

/** Writes an entry, little-endian. */
export function encodeEntry({ image, sample, width, height, group }: Entry): Uint8Array {
  const view = new DataView(new ArrayBuffer(entryBytes));
  const extents = [image, sample].flatMap(({ offset, bytes, checksum }) => [...split(offset), bytes, checksum]);
  const words = [...extents, width, height, ...split(group)];
  for (const [i, word] of words.entries()) view.setUint32(4 * i, word, true);
  return new Uint8Array(view.buffer);
}

/** The entry of sample number `at`. */
export function decodeEntry(index: DataView, at: number): Entry {
  const word = (i: number): number => index.getUint32(at * entryBytes + 4 * i, true);
  const wide = (i: number): number => word(i) + word(i + 1) * 2 ** 32;
  return {
    image: { offset: wide(0), bytes: word(2), checksum: word(3) },
    sample: { offset: wide(4), bytes: word(6), checksum: word(7) },
    width: word(8),
    height: word(9),
    group: wide(10),
  };
}

/** Low and high 32 bits of a whole number below 2^53. */
const split = (value: number): [number, number] => [value % 2 ** 32, Math.floor(value / 2 ** 32)];
