import type { PictureSize } from "../loader/pair-source.ts";
import { moveBox, resizeMap, type PictureMap } from "../move-boxes.ts";
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

/** Boxes in pixels of the record, with their outlines and masks: what lies outside is cut off, and boxes that lie wholly outside are left out. */
export function placeBoxes(boxes: readonly Box[], source: PictureSize, to: Placement): Box[] {
  const map: PictureMap = { ...resizeMap(source, to.scaled), to, offsetX: to.left, offsetY: to.top };
  return boxes.flatMap((box) => {
    const { polygons, ...moved } = moveBox(box, map);
    const [left, top] = [Math.max(0, moved.x), Math.max(0, moved.y)];
    const width = Math.min(to.width, moved.x + moved.width) - left;
    const height = Math.min(to.height, moved.y + moved.height) - top;
    if (width <= 0 || height <= 0) return [];
    const outlines = polygons?.map((outline) => cutOutline(outline, to)).filter(({ length }) => length > 0) ?? [];
    return [{ ...moved, x: left, y: top, width, height, ...(outlines.length > 0 && { polygons: outlines }) }];
  });
}

/**
 * The part of an outline that lies within a record; empty if none does. Parts that hang together outside do so along the record's edge.
 * @see Sutherland and Hodgman 1974, Reentrant polygon clipping
 */
function cutOutline(outline: readonly number[], { width, height }: PictureSize): number[] {
  let corners = Array.from({ length: outline.length / 2 }, (_, i) => [outline[2 * i]!, outline[2 * i + 1]!] as const);
  for (const [axis, edge, inward] of [
    [0, 0, 1],
    [1, 0, 1],
    [0, width, -1],
    [1, height, -1],
  ] as const) {
    const depth = (corner: Corner): number => inward * (corner[axis] - edge); // how far within the edge
    corners = corners.flatMap((corner, i) => {
      const before = corners.at(i - 1)!;
      const crosses = depth(before) * depth(corner) < 0;
      const share = depth(before) / (depth(before) - depth(corner));
      const crossing = [mix(before[0], corner[0], share), mix(before[1], corner[1], share)] as const;
      return [...(crosses ? [crossing] : []), ...(depth(corner) >= 0 ? [corner] : [])];
    });
  }
  return corners.length < 3 ? [] : corners.flat();
}

type Corner = readonly [x: number, y: number];

const mix = (a: number, b: number, share: number): number => a + share * (b - a);
