import * as z from "zod";
import type { Box, Caption, RunLengths } from "../sample.ts";
import { decodeRunLengths } from "./run-lengths.ts";

const Id = z.union([z.number(), z.string()]);

/** An entry of `images`. */
export const CocoImage = z.looseObject({ id: Id, file_name: z.string().min(1), key: z.string().optional() });
export type CocoImage = z.infer<typeof CocoImage>;

/** An entry of `categories`. */
export const CocoCategory = z.looseObject({ id: Id, name: z.string() });

const RunLengthMask = z.object({
  size: z.tuple([z.int(), z.int()]),
  counts: z.union([z.array(z.int()), z.string()]),
});

/** An entry of `annotations`: a caption, or a box with outlines or a mask. */
export const CocoAnnotation = z.looseObject({
  image_id: Id,
  caption: z.string().optional(),
  /** Not COCO's own: kept where the data says it. */
  language: z.string().optional(),
  /** Not COCO's own: kept where the data says it. */
  provenance: z.string().optional(),
  category_id: Id.optional(),
  bbox: z.tuple([z.number(), z.number(), z.number(), z.number()]).optional(),
  segmentation: z.union([z.array(z.array(z.number())), RunLengthMask]).optional(),
  iscrowd: z.union([z.literal(0), z.literal(1), z.boolean()]).optional(),
});
export type CocoAnnotation = z.infer<typeof CocoAnnotation>;

/** The captions among an image's annotations; blank ones are left out. */
export const captionsIn = (annotations: readonly CocoAnnotation[]): Caption[] =>
  annotations.flatMap(({ caption, language, provenance }) => {
    const text = caption?.trim() ?? "";
    return text === "" ? [] : [{ text, ...(language && { language }), ...(provenance && { provenance }) }];
  });

/**
 * The boxes among an image's annotations.
 * @param names what each category is called; one without a name goes by its id
 */
export const boxesIn = (annotations: readonly CocoAnnotation[], names: ReadonlyMap<string | number, string>): Box[] =>
  annotations.flatMap(({ bbox, category_id = "", segmentation, iscrowd }) => {
    if (bbox === undefined) return [];
    const [x, y, width, height] = bbox;
    const outlines = Array.isArray(segmentation) ? segmentation : [];
    const mask = segmentation !== undefined && !Array.isArray(segmentation) ? maskOf(segmentation) : undefined;
    return [
      {
        label: names.get(category_id) ?? String(category_id),
        x,
        y,
        width,
        height,
        ...(outlines.length > 0 && { polygons: outlines }),
        ...(mask && { mask }),
        ...(iscrowd !== undefined && Boolean(iscrowd) && { isCrowd: true }),
      },
    ];
  });

function maskOf({ size: [height, width], counts }: z.infer<typeof RunLengthMask>): RunLengths {
  return { width, height, counts: typeof counts === "string" ? decodeRunLengths(counts) : counts };
}

/** The area of a box as COCO has it: of its mask, of its outlines, or else of the box; square pixels. */
export function areaOf({ width, height, polygons, mask }: Box): number {
  if (mask !== undefined) return mask.counts.reduce((sum, count, i) => sum + (i % 2 === 1 ? count : 0), 0);
  if (polygons !== undefined) return polygons.reduce((sum, corners) => sum + polygonArea(corners), 0);
  return width * height;
}

function polygonArea(corners: readonly number[]): number {
  let twice = 0;
  for (let i = 0; i < corners.length; i += 2) {
    const j = (i + 2) % corners.length;
    twice += corners[i]! * corners[j + 1]! - corners[j]! * corners[i + 1]!;
  }
  return Math.abs(twice) / 2;
}
