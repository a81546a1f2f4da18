import { givenShades, spriteOf, type RgbaImage, type Sprite } from "./sprite.ts";

/**
 * The strokes of capital letters and digits as SVG paths on a field 4 wide and 6 high: a font of our own, so that a text looks the same on every
 * machine, whichever fonts it has.
 */
const strokes: Readonly<Record<string, string>> = {
  A: "M0 6L2 0L4 6M.8 4H3.2",
  B: "M0 0V6H2.4A1.6 1.6 0 0 0 2.4 2.8H0M0 0H2.2A1.4 1.4 0 0 1 2.2 2.8",
  C: "M4 1.2C3.4 .2 2.7 0 2.2 0C.9 0 0 1.2 0 3S.9 6 2.2 6C2.7 6 3.4 5.8 4 4.8",
  D: "M0 0V6H1.6C3.2 6 4 4.8 4 3S3.2 0 1.6 0Z",
  E: "M4 0H0V6H4M0 3H3",
  F: "M4 0H0V6M0 3H3",
  G: "M4 1.2C3.4 .2 2.7 0 2.2 0C.9 0 0 1.2 0 3S.9 6 2.2 6C2.9 6 3.6 5.6 4 4.9V3.3H2.4",
  H: "M0 0V6M4 0V6M0 3H4",
  I: "M2 0V6M1 0H3M1 6H3",
  J: "M3.6 0V4.4C3.6 5.5 2.9 6 2 6S.4 5.5 .4 4.4",
  K: "M0 0V6M4 0L0 3.4M1.4 2.4L4 6",
  L: "M0 0V6H4",
  M: "M0 6V0L2 3.4L4 0V6",
  N: "M0 6V0L4 6V0",
  O: "M2 0C.8 0 0 1.2 0 3S.8 6 2 6S4 4.8 4 3S3.2 0 2 0Z",
  P: "M0 6V0H2.4A1.6 1.6 0 0 1 2.4 3.2H0",
  Q: "M2 0C.8 0 0 1.2 0 3S.8 6 2 6S4 4.8 4 3S3.2 0 2 0ZM2.6 4.4L4.2 6.3",
  R: "M0 6V0H2.4A1.6 1.6 0 0 1 2.4 3.2H0M2 3.2L4 6",
  S: "M3.8 1C3.4 .3 2.8 0 2 0C.9 0 .2 .6 .2 1.5C.2 3.6 3.9 2.4 3.9 4.5C3.9 5.4 3.1 6 2 6C1.1 6 .4 5.6 0 4.9",
  T: "M0 0H4M2 0V6",
  U: "M0 0V4C0 5.3 .8 6 2 6S4 5.3 4 4V0",
  V: "M0 0L2 6L4 0",
  W: "M0 0L1 6L2 2.4L3 6L4 0",
  X: "M0 0L4 6M4 0L0 6",
  Y: "M0 0L2 3L4 0M2 3V6",
  Z: "M0 0H4L0 6H4",
  2: "M.1 1.5C.3 .5 1 0 2 0C3.2 0 3.9 .7 3.9 1.7C3.9 3.2 .8 4.4 0 6H4",
  3: "M.2 .8C.7 .2 1.3 0 2 0C3.1 0 3.7 .6 3.7 1.4C3.7 2.4 2.9 2.9 1.6 2.9C3 2.9 4 3.4 4 4.5C4 5.4 3.2 6 2 6C1.2 6 .5 5.7 0 5.1",
  4: "M3 6V0L0 4.2H4",
  5: "M3.6 0H.6L.3 2.7C.8 2.4 1.3 2.3 1.9 2.3C3.2 2.3 4 3 4 4.1C4 5.3 3.2 6 2 6C1.2 6 .5 5.7 0 5.1",
  6: "M3.5 .6C3 .2 2.6 0 2.1 0C.8 0 0 1.4 0 3.4C0 5.1 .7 6 2 6S4 5.3 4 4.1S3.2 2.4 2 2.4S.2 3 .1 4",
  7: "M0 0H4L1.6 6",
  8: "M2 2.8C1 2.8 .3 2.2 .3 1.4S1 0 2 0S3.7 .6 3.7 1.4S3 2.8 2 2.8C.8 2.8 0 3.5 0 4.4S.8 6 2 6S4 5.3 4 4.4S3.2 2.8 2 2.8Z",
  9: "M.5 5.4C1 5.8 1.4 6 1.9 6C3.2 6 4 4.6 4 2.6C4 .9 3.3 0 2 0S0 .7 0 1.9S.8 3.6 2 3.6S3.8 3 3.9 2",
};

/** Characters that can be written. `0` and `1` are not: they look like O and I. */
export const characters: readonly string[] = Object.keys(strokes);

/** How letters are drawn: width of the stroke in units of the field, and slant. */
const pens = {
  thin: { width: 0.6, slant: 0 },
  bold: { width: 1.25, slant: 0 },
  slanted: { width: 0.85, slant: -12 },
} as const;
/** Names of pens. */
export type Pen = keyof typeof pens;

/** Pens, as the `style` of a text. */
export const penNames: readonly Pen[] = ["thin", "bold", "slanted"];

/** Width of a character's cell in units of its height. */
const cellRatio = 0.75;

/** Pixels of a character's cell of this height. */
export const cellSize = (height: number): readonly [width: number, height: number] => [
  Math.round(height * cellRatio),
  height,
];

/** A character as an SVG document, in black on nothing. */
export function glyphSvg(character: string, pen: Pen, height: number): string {
  const { width, slant } = pens[pen];
  const [cellWidth] = cellSize(height);
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" width="${cellWidth}" height="${height}" viewBox="-1 -1 6 8">` +
    `<g transform="translate(2 3) skewX(${slant}) translate(-2 -3)">` +
    `<path d="${strokes[character] ?? ""}" fill="none" stroke="#000" stroke-width="${width}" stroke-linecap="round" stroke-linejoin="round"/></g></svg>`
  );
}

/**
 * A word as a sprite: letters on a plate with a border. Letters and border have the shade of the colour in which it is painted, the plate is pale.
 * @param cells the rendered cells of the word's characters, all of one size
 */
export function wordSprite(cells: readonly RgbaImage[]): Sprite | undefined {
  const { width: cell = 0, height = 0 } = cells[0] ?? {};
  const [pad, border] = [Math.round(height * 0.2), Math.max(1, height / 16)];
  const [fullWidth, fullHeight] = [cells.length * cell + 2 * pad, height + 2 * pad];
  const data = new Uint8Array(fullWidth * fullHeight * 4);
  for (let y = 0; y < fullHeight; y++) {
    for (let x = 0; x < fullWidth; x++) {
      const [inX, inY] = [x - pad, y - pad];
      const at = Math.floor(inX / cell);
      const letter = inY >= 0 && inY < height ? cells[at]?.data[(inY * cell + inX - at * cell) * 4 + 3] : undefined;
      const depth = depthInPlate(x + 0.5, y + 0.5, fullWidth, fullHeight, height * 0.25);
      const ink = Math.max((letter ?? 0) / 255, Math.min(1, Math.max(0, border - depth + 0.5)));
      const shade = Math.round(plateShade + (inkShade - plateShade) * ink);
      data.set([shade, shade, shade, Math.round(255 * Math.min(1, Math.max(0, depth + 0.5)))], (y * fullWidth + x) * 4);
    }
  }
  return spriteOf({ data, width: fullWidth, height: fullHeight }, givenShades);
}

/** Shades before painting: 128 is the colour itself. */
const [inkShade, plateShade] = [128, 255];

/** Distance from the edge of a rectangle with round corners, positive inside. Pixels. */
function depthInPlate(x: number, y: number, width: number, height: number, radius: number): number {
  const fromLeft = Math.abs(x - width / 2) - width / 2 + radius;
  const fromTop = Math.abs(y - height / 2) - height / 2 + radius;
  const outside = Math.hypot(Math.max(0, fromLeft), Math.max(0, fromTop));
  return radius - outside - Math.min(0, Math.max(fromLeft, fromTop));
}
