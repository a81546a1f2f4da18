import * as z from "zod";
import type { RgbImage } from "../../platform/platform.ts";
import { resizeInto } from "../augment/augment.ts";
import type { EmojiConcept } from "./concepts.ts";

/** Vendors whose drawings train. */
export const trainingStyles = ["noto", "fluent-flat", "fluent-3d", "openmoji"] as const;

/** The vendor whose drawings are only ever tested on. */
export const heldOutStyle = "twemoji";

/** A vendor's way of drawing emoji. */
export type EmojiStyle = (typeof trainingStyles)[number] | typeof heldOutStyle;

/** Every style, training styles first. */
export const emojiStyles: readonly EmojiStyle[] = [...trainingStyles, heldOutStyle];

/** One vendor's drawing of one concept. Its number in {@link EmojiCorpus.pictures} is its place in {@link EmojiCorpus.pixels}. */
export interface EmojiPicture {
  /** Index of the concept. */
  readonly concept: number;
  readonly style: EmojiStyle;
  /** Index of the first picture of this style with the very same pixels: vendors draw some concepts alike ("man astronaut", "astronaut"). */
  readonly art: number;
  /** Smallest dHash distance to a training-style picture of the same concept, 0 to 64; `null` for pictures that are themselves of a training style, or have none to compare with. */
  readonly nearest: number | null;
}

/** Every picture of every style, rendered on white, with its texts: about 8,900 pictures of 1,900 concepts. */
export interface EmojiCorpus {
  /** Width and height of every picture in pixels. */
  readonly side: number;
  readonly concepts: readonly EmojiConcept[];
  readonly pictures: readonly EmojiPicture[];
  /** `[pictures, side, side, 3]`, 8-bit RGB. */
  readonly pixels: Uint8Array;
}

/** One picture of the corpus; shares the corpus' memory. */
export function pictureAt({ side, pixels }: Pick<EmojiCorpus, "side" | "pixels">, index: number): RgbImage {
  const bytes = side * side * 3;
  return { data: pixels.subarray(index * bytes, (index + 1) * bytes), width: side, height: side };
}

/** Pictures as they are evaluated, unaugmented: `[indexes, 3, side, side]`, 8-bit. */
export function evaluationPixels(corpus: EmojiCorpus, indexes: readonly number[], side: number): Uint8Array {
  const stride = 3 * side * side;
  const pixels = new Uint8Array(indexes.length * stride);
  for (const [row, index] of indexes.entries()) {
    resizeInto(pixels.subarray(row * stride, (row + 1) * stride), pictureAt(corpus, index), side);
  }
  return pixels;
}

const texts = <T extends z.ZodType>(of: T) => z.object({ en: of, ko: of });

/** `index.json` of a packed corpus. */
export const EmojiIndexFile = z.object({
  side: z.int().positive(),
  concepts: z.array(
    z.object({
      code: z.string(),
      group: z.int(),
      label: texts(z.string()),
      tags: texts(z.array(z.string())),
      heldOut: z.boolean(),
      unscored: z.enum(["flag", "keycap", "clock", "geometric"]).nullable(),
    }),
  ),
  pictures: z.array(
    z.object({
      concept: z.int().nonnegative(),
      style: z.enum([...trainingStyles, heldOutStyle]),
      art: z.int().nonnegative(),
      nearest: z.int().nullable(),
    }),
  ),
});
