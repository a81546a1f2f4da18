import { z } from "zod";
import { defineStage } from "../stage-kind.ts";
import type { ScoreTable, SetScorer } from "../stage.ts";
import { fileScorer } from "./file-scorer.ts";
import { HammingIndex } from "./hamming-index.ts";
import { hashScorer, thumbnailBytes } from "./hash-scorer.ts";
import { thumbnailDistance } from "./phash.ts";

/** Which of several equal pictures stays. */
const Keep = z.enum(["first", "largest"]);

/** Pictures whose files are equal to the byte. */
export const exactDuplicate = defineStage({
  id: "exact-duplicate",
  summary: "drop pictures whose file is equal to that of an earlier one",
  options: z.object({}),
  rule: () => ({
    id: "exact-duplicate",
    scorers: [],
    setScorers: [exactScorer],
    reasons: { PICTURE_DUPLICATE: "The picture's file is equal, byte by byte, to that of an earlier sample." },
    judge: async (table) => dropNamed(table.texts("picture_duplicate_of"), "PICTURE_DUPLICATE"),
    like: "picture_duplicate_of",
  }),
});

/** The first sample with the same file. */
const exactScorer: SetScorer = {
  id: "exact-duplicate",
  version: "1",
  columns: { picture_duplicate_of: "text" },
  scorers: [fileScorer],
  score: async (table, alive) => {
    const digests = table.texts("picture_digest");
    const firsts = new Map<string, number>();
    const originals = Array<string | null>(table.rows).fill(null);
    for (const row of alive) {
      const digest = digests[row];
      if (digest === null || digest === undefined) continue;
      const first = firsts.get(digest);
      if (first === undefined) firsts.set(digest, row);
      else originals[row] = table.keys[first]!;
    }
    return { picture_duplicate_of: originals };
  },
};

/** Drops the rows for which another sample is named. */
const dropNamed = (originals: readonly (string | null)[], reason: string): ReadonlyMap<number, string> =>
  new Map(originals.flatMap((original, row) => (original === null ? [] : [[row, reason] as const])));

/**
 * Pictures that look the same: their perceptual hashes differ in few bits, and their 8 x 8 thumbnails in little colour. The hash finds
 * candidates, also among simple drawings that share their low frequencies; the thumbnail tells those apart.
 *
 * Rows are visited in order (first, or by falling size), and a row goes if it is near one that *stays*: no chain of small changes can take
 * away pictures that have little in common.
 */
export const nearDuplicate = defineStage({
  id: "near-duplicate",
  summary: "drop pictures that look like one that is kept: resized, compressed again, slightly changed",
  options: z.object({
    /** Bits in which the 64-bit hashes may differ. */
    maxBits: z.int().min(0).max(15).default(8),
    /** Root mean square difference of the thumbnails, of 255. */
    maxColour: z.number().min(0).max(255).default(12),
    keep: Keep.default("largest"),
  }),
  rule: ({ maxBits, maxColour, keep }) => ({
    id: "near-duplicate",
    scorers: [],
    setScorers: [nearScorer(maxBits, maxColour, keep)],
    reasons: { PICTURE_NEAR_DUPLICATE: "The picture looks like that of a sample that is kept." },
    judge: async (table) => dropNamed(table.texts("near_duplicate_of"), "PICTURE_NEAR_DUPLICATE"),
    like: "near_duplicate_of",
    cuts: [
      { column: "near_duplicate_bits", above: maxBits },
      { column: "near_duplicate_colour", above: maxColour },
    ],
  }),
});

/** The kept sample that a picture looks like, and how far it is from that one; which ones are kept depends on the limits. */
const nearScorer = (maxBits: number, maxColour: number, keep: z.output<typeof Keep>): SetScorer => ({
  id: "near-duplicate",
  version: `1 ${JSON.stringify({ maxBits, maxColour, keep })}`,
  columns: { near_duplicate_of: "text", near_duplicate_bits: "number", near_duplicate_colour: "number" },
  scorers: keep === "largest" ? [hashScorer, fileScorer] : [hashScorer],
  score: async (table, alive) => {
    const prints = readPrints(table, alive);
    if (keep === "largest") sortBySize(prints, table);
    const originals = Array<string | null>(table.rows).fill(null);
    const [bits, colours] = [new Float64Array(table.rows).fill(NaN), new Float64Array(table.rows).fill(NaN)];
    const index = new HammingIndex(prints.length);
    const kept: Print[] = []; // the entries of the index
    for (const print of prints) {
      const { row, high, low, thumbnail } = print;
      const isNear = index.some(high, low, maxBits, (entry, distance) => {
        const original = kept[entry]!;
        const colour = thumbnailDistance(original.thumbnail, thumbnail);
        if (colour > maxColour) return false;
        [originals[row], bits[row], colours[row]] = [table.keys[original.row]!, distance, colour];
        return true;
      });
      if (!isNear) kept[index.add(high, low)] = print;
    }
    return { near_duplicate_of: originals, near_duplicate_bits: bits, near_duplicate_colour: colours };
  },
});

/** A row's fingerprint. */
interface Print {
  readonly row: number;
  readonly high: number;
  readonly low: number;
  readonly thumbnail: Uint8Array;
}

/** The fingerprints of those rows that have one. */
function readPrints(table: ScoreTable, alive: Uint32Array): Print[] {
  const [hashes, thumbnails] = [table.texts("picture_hash"), table.texts("picture_thumbnail")];
  const prints: Print[] = [];
  for (const row of alive) {
    const [hash, thumbnail] = [hashes[row], thumbnails[row]];
    if (typeof hash !== "string" || typeof thumbnail !== "string") continue;
    const [high, low] = [Number.parseInt(hash.slice(0, 8), 16), Number.parseInt(hash.slice(8), 16)];
    prints.push({ row, high, low, thumbnail: thumbnailBytes(thumbnail) });
  }
  return prints;
}

/** The picture with most pixels first, equal ones in order. */
function sortBySize(prints: Print[], table: ScoreTable): void {
  const [widths, heights] = [table.numbers("picture_width"), table.numbers("picture_height")];
  const area = (row: number): number => widths[row]! * heights[row]!;
  prints.sort((a, b) => area(b.row) - area(a.row) || a.row - b.row);
}
