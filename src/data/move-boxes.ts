import type { Box, RunLengths } from "./sample.ts";

/** Extents in pixels. */
export interface Extents {
  readonly width: number;
  readonly height: number;
}

/**
 * How the places of one picture become those of another: the axes are swapped, if so, and then each is scaled and moved,
 * `x' = scaleX * x + offsetX`. Places are continuous, pixel (0, 0) reaching from 0 to 1 on both axes, as in COCO's boxes and outlines.
 */
export interface PictureMap {
  readonly from: Extents;
  readonly to: Extents;
  readonly isTransposed: boolean;
  readonly scaleX: number;
  readonly scaleY: number;
  readonly offsetX: number;
  readonly offsetY: number;
}

/**
 * From the pixels of a file to the picture as it is seen.
 * @param stored extents of the pixels in the file
 * @param orientation EXIF's, 1 to 8 (Exif 2.32, section 4.6.5): on which sides of the seen picture the first row and column lie
 */
export function uprightMap(stored: Extents, orientation: number): PictureMap {
  const isTransposed = orientation >= 5;
  const isMirroredX = [2, 3, 6, 7].includes(orientation);
  const isMirroredY = [3, 4, 7, 8].includes(orientation);
  const to = isTransposed ? { width: stored.height, height: stored.width } : stored;
  return {
    from: stored,
    to,
    isTransposed,
    scaleX: isMirroredX ? -1 : 1,
    scaleY: isMirroredY ? -1 : 1,
    offsetX: isMirroredX ? to.width : 0,
    offsetY: isMirroredY ? to.height : 0,
  };
}

/**
 * The turn that a sample's boxes need. They are taken to be of the picture as it is seen, unless the sample's own `width` and `height` are those
 * of pixels that EXIF turns by a quarter: then they are of those pixels.
 * @param metadata the sample's
 * @param stored extents of the pixels in the file
 * @param orientation EXIF's
 * @returns `undefined` if they need none
 */
export function turnOfBoxes(
  { width, height }: Readonly<Record<string, unknown>>,
  stored: Extents,
  orientation: number,
): PictureMap | undefined {
  const turn = uprightMap(stored, orientation);
  const isOfStored = stored.width !== stored.height && width === stored.width && height === stored.height;
  return turn.isTransposed && isOfStored ? turn : undefined;
}

/** From a picture to the same at another size; each axis by its own ratio, for sizes are whole pixels. */
export const resizeMap = (from: Extents, to: Extents): PictureMap => ({
  from,
  to,
  isTransposed: false,
  scaleX: to.width / from.width,
  scaleY: to.height / from.height,
  offsetX: 0,
  offsetY: 0,
});

/** A box in the other picture, with its outlines and its mask. */
export function moveBox(box: Box, map: PictureMap): Box {
  const corners = moveOutline([box.x, box.y, box.x + box.width, box.y + box.height], map);
  const [x1, y1, x2, y2] = [corners[0]!, corners[1]!, corners[2]!, corners[3]!];
  return {
    ...box,
    x: Math.min(x1, x2),
    y: Math.min(y1, y2),
    width: Math.abs(x2 - x1),
    height: Math.abs(y2 - y1),
    ...(box.polygons && { polygons: box.polygons.map((outline) => moveOutline(outline, map)) }),
    ...(box.mask && { mask: moveMask(box.mask, map) }),
  };
}

function moveOutline(outline: readonly number[], { isTransposed, scaleX, scaleY, offsetX, offsetY }: PictureMap) {
  const moved: number[] = [];
  for (let i = 0; i < outline.length; i += 2) {
    const [x, y] = isTransposed ? [outline[i + 1]!, outline[i]!] : [outline[i]!, outline[i + 1]!];
    moved.push(scaleX * x + offsetX, scaleY * y + offsetY);
  }
  return moved;
}

/** Each pixel of the new mask is as the old one at the place of its centre, outside of the old picture 0; a turn loses nothing. */
function moveMask(mask: RunLengths, { from, to, isTransposed, scaleX, scaleY, offsetX, offsetY }: PictureMap) {
  const old = pixelsOf(mask);
  // Places along the axes of the new picture, as rows or columns of the old mask, which may have a size of its own.
  const [alongX, alongY] = isTransposed ? ([mask.height, mask.width] as const) : ([mask.width, mask.height] as const);
  const [fromX, fromY] = isTransposed ? ([from.height, from.width] as const) : ([from.width, from.height] as const);
  const place = (at: number, scale: number, offset: number, extent: number, steps: number): number =>
    Math.floor((((at + 0.5 - offset) / scale) * steps) / extent);
  const columns = Array.from({ length: to.width }, (_, x) => place(x, scaleX, offsetX, fromX, alongX));
  const rows = Array.from({ length: to.height }, (_, y) => place(y, scaleY, offsetY, fromY, alongY));
  const pixels = new Uint8Array(to.width * to.height);
  let at = 0;
  for (const column of columns)
    for (const row of rows) {
      const isWithin = column >= 0 && column < alongX && row >= 0 && row < alongY;
      if (isWithin) pixels[at] = isTransposed ? old[row * mask.height + column]! : old[column * mask.height + row]!;
      at++;
    }
  return { width: to.width, height: to.height, counts: runsOf(pixels) };
}

/** The mask's pixels, column by column: 1 inside. */
function pixelsOf({ width, height, counts }: RunLengths): Uint8Array {
  const pixels = new Uint8Array(width * height);
  let at = 0;
  for (const [i, count] of counts.entries()) pixels.fill(i % 2, at, (at += count));
  return pixels;
}

function runsOf(pixels: Uint8Array): number[] {
  const counts: number[] = [];
  for (let [start, at] = [0, 0]; start < pixels.length; start = at) {
    if (counts.length === 0 && pixels[0] === 1) counts.push(0); // the first run is outside
    while (at < pixels.length && pixels[at] === pixels[start]) at++;
    counts.push(at - start);
  }
  return counts;
}
