import { z } from "zod";
import { defineStage } from "../stage-kind.ts";
import type { SetScorer } from "../stage.ts";
import { thresholdRule } from "../threshold-rule.ts";
import { fileScorer } from "./file-scorer.ts";
import { lookScorer } from "./look-scorer.ts";

/**
 * Pictures that cannot be decoded, and JPEG files whose data no encoder has written. PNG's checksums and the codes of GIF show nearly every
 * damage too; lossy WebP has neither: only what it lacks is noticed.
 */
export const readable = defineStage({
  id: "readable",
  summary: "drop pictures that cannot be read or decoded, or are larger than 268 megapixels",
  options: z.object({}),
  rule: () => ({
    id: "readable",
    scorers: [fileScorer],
    reasons: {
      FILE_NOT_READABLE: "The picture's file could not be read.",
      IMAGE_NOT_DECODABLE: "The file is no picture, or is cut off or damaged.",
      IMAGE_TOO_LARGE: "The picture has more than 268 megapixels.",
      JPEG_CORRUPT: "Corrupt JPEG data: cut off, overwritten or changed, as `picture_fault` tells.",
      PICTURE_UNREADABLE: "The picture could not be read for another reason.",
    },
    judge: async (table, alive) => {
      const errors = table.texts("picture_error");
      const known = new Set(["FILE_NOT_READABLE", "IMAGE_NOT_DECODABLE", "IMAGE_TOO_LARGE", "JPEG_CORRUPT"]);
      const dropped = new Map<number, string>();
      for (const row of alive) {
        const error = errors[row];
        if (typeof error === "string") dropped.set(row, known.has(error) ? error : "PICTURE_UNREADABLE");
      }
      return dropped;
    },
  }),
});

/** Pictures whose shorter side is too small or too large. */
export const pictureSize = defineStage({
  id: "picture-size",
  summary: "drop pictures whose shorter side has too few or too many pixels",
  options: z.object({
    /** Pixels. */
    minSide: z.number().positive().default(200),
    /** Pixels; unlimited if absent. */
    maxSide: z.number().positive().optional(),
  }),
  rule: ({ minSide, maxSide }) =>
    thresholdRule(
      "picture-size",
      [fileScorer],
      [
        {
          column: "picture_side",
          below: {
            at: minSide,
            reason: "PICTURE_SMALL",
            meaning: `The shorter side has fewer than ${minSide} pixels.`,
          },
          above:
            maxSide === undefined
              ? undefined
              : { at: maxSide, reason: "PICTURE_LARGE", meaning: `The shorter side has more than ${maxSide} pixels.` },
        },
      ],
    ),
});

/** Pictures that are too long for their width, or the other way round. */
export const aspectRatio = defineStage({
  id: "aspect-ratio",
  summary: "drop pictures that are many times as long as wide, or as wide as long",
  options: z.object({ max: z.number().min(1).default(3) }),
  rule: ({ max }) =>
    thresholdRule(
      "aspect-ratio",
      [fileScorer],
      [
        {
          column: "picture_aspect",
          above: {
            at: max,
            reason: "PICTURE_ASPECT",
            meaning: `The longer side is more than ${max} times the shorter one.`,
          },
        },
      ],
    ),
});

/** Pictures without sharp edges. */
export const blurry = defineStage({
  id: "blurry",
  summary: "drop pictures without sharp edges: small variance of the Laplacian",
  options: z.object({
    /** Variance of the Laplacian relative to the variance of the brightness, at 256 pixels or less; 0 to about 4. */
    minSharpness: z.number().min(0).default(0.015),
    /** Variance of the Laplacian, brightness from 0 to 255. */
    minLaplacian: z.number().min(0).default(0),
  }),
  rule: ({ minSharpness, minLaplacian }) => {
    const reason = "PICTURE_BLURRY";
    return thresholdRule(
      "blurry",
      [lookScorer],
      [
        {
          column: "picture_sharpness",
          below: { at: minSharpness, reason, meaning: "The picture has no sharp edges." },
        },
        ...(minLaplacian > 0
          ? [
              {
                column: "picture_laplacian",
                below: { at: minLaplacian, reason, meaning: "The picture has no sharp edges." },
              },
            ]
          : []),
      ],
    );
  },
});

/** Pictures without a bright pixel. */
export const dark = defineStage({
  id: "dark",
  summary: "drop pictures in which hardly a pixel is bright",
  options: z.object({ minBrightest: z.number().min(0).max(1).default(0.3) }),
  rule: ({ minBrightest }) =>
    thresholdRule(
      "dark",
      [lookScorer],
      [
        {
          column: "picture_brightest",
          below: {
            at: minBrightest,
            reason: "PICTURE_DARK",
            meaning: `99 % of the pixels are darker than ${minBrightest} of white.`,
          },
        },
      ],
    ),
});

/** Pictures without a dark pixel. */
export const bright = defineStage({
  id: "bright",
  summary: "drop pictures in which hardly a pixel is dark: overexposed, or blank",
  options: z.object({ maxDarkest: z.number().min(0).max(1).default(0.9) }),
  rule: ({ maxDarkest }) =>
    thresholdRule(
      "bright",
      [lookScorer],
      [
        {
          column: "picture_darkest",
          above: {
            at: maxDarkest,
            reason: "PICTURE_BRIGHT",
            meaning: `95 % of the pixels are brighter than ${maxDarkest} of white.`,
          },
        },
      ],
    ),
});

/** Pictures with next to nothing on them. */
export const lowInformation = defineStage({
  id: "low-information",
  summary: "drop pictures of hardly more than one colour",
  options: z.object({
    /** Bits; entropy of the brightness histogram, 0 to 8. */
    minEntropy: z.number().min(0).max(8).default(0.3),
    /** Distinct colours at 5 bits a channel. */
    minColours: z.number().min(0).default(2),
  }),
  rule: ({ minEntropy, minColours }) => {
    const reason = "PICTURE_LOW_INFORMATION";
    const meaning = "The picture has hardly more than one brightness or colour.";
    return thresholdRule(
      "low-information",
      [lookScorer],
      [
        { column: "picture_entropy", below: { at: minEntropy, reason, meaning } },
        { column: "picture_colours", below: { at: minColours, reason, meaning } },
      ],
    );
  },
});

/** Pictures without colour. */
export const greyscale = defineStage({
  id: "greyscale",
  summary: "drop pictures without colour",
  options: z.object({ minColourShare: z.number().min(0).max(1).default(0.0005) }),
  rule: ({ minColourShare }) =>
    thresholdRule(
      "greyscale",
      [lookScorer],
      [
        {
          column: "picture_colour_share",
          below: {
            at: minColourShare,
            reason: "PICTURE_GREYSCALE",
            meaning: `Less than ${minColourShare} of the pixels have a colour.`,
          },
        },
      ],
    ),
});

/** Pictures of a size that is far from that of the others. */
export const oddSize = defineStage({
  id: "odd-size",
  summary: "drop pictures many times larger or smaller than the median of the data",
  options: z.object({ factor: z.number().min(1).default(10) }),
  rule: ({ factor }) => {
    const reason = "PICTURE_ODD_SIZE";
    const meaning = `The side of a square of its area is ${factor} times the median, or a ${factor}th.`;
    const bounds = { below: { at: 1 / factor, reason, meaning }, above: { at: factor, reason, meaning } };
    return thresholdRule("odd-size", [], [{ column: "picture_relative_side", ...bounds }], [relativeSideScorer]);
  },
});

/** The side of a square of the picture's area, over the median of those that are still in. */
const relativeSideScorer: SetScorer = {
  id: "picture-relative-side",
  version: "1",
  columns: { picture_relative_side: "number" },
  scorers: [fileScorer],
  score: async (table, alive) => {
    const [widths, heights] = [table.numbers("picture_width"), table.numbers("picture_height")];
    const sides = new Float64Array(table.rows).fill(NaN);
    for (const row of alive) sides[row] = Math.sqrt(widths[row]! * heights[row]!);
    const sorted = sides.filter((side) => !Number.isNaN(side)).sort();
    const median = sorted[sorted.length >> 1] ?? NaN;
    return { picture_relative_side: sides.map((side) => side / median) };
  },
};
