import type { PictureSize } from "../loader/pair-source.ts";
import type { Box } from "../sample.ts";
import type { Fit } from "./layout.ts";

/** Where a picture's pixels go: scaled, then moved. */
export interface Placement extends PictureSize {
  /** Extents of the whole picture after scaling; what lies outside the record is cut off. */
  readonly scaled: PictureSize;
  /** Where its corner lies in the record, in pixels; negative if it is cut off. */
  readonly left: number;
  readonly top: number;
}

/**
 * How a picture of a size comes into a record of `width` x `height` pixels: `fill` stretches it, `cover` crops the longer axis alike on
 * both sides, `contain` leaves borders alike on both sides, `inside` makes the record as small as the picture, which is never enlarged.
 */
export function place(source: PictureSize, { width, height }: PictureSize, fit: Fit): Placement {
  if (fit === "fill") return { width, height, scaled: { width, height }, left: 0, top: 0 };
  const [across, down] = [width / source.width, height / source.height];
  const scale = fit === "cover" ? Math.max(across, down) : Math.min(across, down, fit === "inside" ? 1 : Infinity);
  const scaled = {
    width: Math.max(1, Math.round(source.width * scale)),
    height: Math.max(1, Math.round(source.height * scale)),
  };
  if (fit === "inside") return { ...scaled, scaled, left: 0, top: 0 };
  const left = Math.floor((width - scaled.width) / 2);
  return { width, height, scaled, left, top: Math.floor((height - scaled.height) / 2) };
}

/** Boxes in pixels of the record: what lies outside is cut off, and boxes that lie wholly outside are left out. */
export function placeBoxes(boxes: readonly Box[], source: PictureSize, to: Placement): Box[] {
  const scaleX = to.scaled.width / source.width;
  const scaleY = to.scaled.height / source.height;
  const toX = (x: number): number => Math.min(to.width, Math.max(0, x * scaleX + to.left));
  const toY = (y: number): number => Math.min(to.height, Math.max(0, y * scaleY + to.top));
  return boxes.flatMap(({ label, x, y, width, height, polygons, isCrowd }) => {
    const [left, top] = [toX(x), toY(y)];
    const moved = { label, x: left, y: top, width: toX(x + width) - left, height: toY(y + height) - top };
    if (moved.width <= 0 || moved.height <= 0) return [];
    const corners = polygons?.map((outline) => outline.map((value, i) => (i % 2 === 0 ? toX(value) : toY(value))));
    return [{ ...moved, ...(corners && { polygons: corners }), ...(isCrowd !== undefined && { isCrowd }) }];
  });
}
