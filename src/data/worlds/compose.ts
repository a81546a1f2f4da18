import type { RgbImage } from "../../platform/platform.ts";
import { luminance, type Sprite, type SpriteLevel } from "./sprites/sprite.ts";

/** A sprite on its place in a picture. */
export interface Placed {
  readonly sprite: Sprite;
  /** Centre; pixels. */
  readonly x: number;
  /** Centre; pixels. */
  readonly y: number;
  /** Its longest side; pixels. */
  readonly longest: number;
  /** Clockwise. */
  readonly degrees: number;
  /** The one colour to paint it in, 8-bit RGB; its own colours if absent. */
  readonly tint?: readonly [number, number, number];
}

/** Where a placed sprite came to lie. Pixels count as its own where it is at least half opaque. */
export interface Footprint {
  /** Smallest rectangle round its pixels, hidden ones included; whole pixels. All 0 if it lies outside of the picture. */
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  /** Pixels, hidden ones included. */
  readonly area: number;
  /** Pixels that nothing hides. */
  readonly visible: number;
}

/** How much of one placed sprite another one hides. */
export interface Overlap {
  /** Index of the one that is seen. */
  readonly front: number;
  /** Index of the one that is hidden. */
  readonly behind: number;
  /** Hidden pixels. */
  readonly pixels: number;
}

/** A picture with the exact place of all that it shows. */
export interface Composition {
  readonly image: RgbImage;
  /** For each pixel 1 + the index of the placed sprite that is seen there, or 0: `[height, width]`. */
  readonly ids: Uint8Array;
  /** One for each placed sprite. */
  readonly footprints: readonly Footprint[];
  readonly overlaps: readonly Overlap[];
}

/** Paints sprites over a background, the first one first: those that follow hide it. At most 255 of them. */
export function compose(background: RgbImage, placed: readonly Placed[]): Composition {
  const { width, height } = background;
  const data = background.data.slice();
  const ids = new Uint8Array(width * height);
  const hidden = new Uint32Array((placed.length + 1) ** 2); // [1 + front, 1 + behind]
  const painted = placed.map((one, index) =>
    paint(data, ids, width, height, one, index + 1, hidden, placed.length + 1),
  );
  const visible = new Uint32Array(placed.length + 1);
  for (let at = 0; at < ids.length; at++) visible[ids[at]!]!++;
  const overlaps: Overlap[] = [];
  for (let front = 0; front < placed.length; front++) {
    for (let behind = 0; behind < front; behind++) {
      const pixels = hidden[(front + 1) * (placed.length + 1) + behind + 1]!;
      if (pixels > 0) overlaps.push({ front, behind, pixels });
    }
  }
  const footprints = painted.map((footprint, index) => ({ ...footprint, visible: visible[index + 1]! }));
  return { image: { data, width, height }, ids, footprints, overlaps };
}

/** Paints one sprite, bilinearly from the smallest level that is not smaller than its place. */
function paint(
  target: Uint8Array,
  ids: Uint8Array,
  width: number,
  height: number,
  { sprite, x, y, longest, degrees, tint }: Placed,
  id: number,
  hidden: Uint32Array,
  stride: number,
): Omit<Footprint, "visible"> {
  const whole = sprite.levels[0]!;
  const scale = longest / Math.max(whole.width, whole.height);
  const [spanX, spanY] = [whole.width * scale, whole.height * scale]; // pixels of the picture
  const level = levelFor(sprite, longest);
  const angle = (degrees * Math.PI) / 180;
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
  const reachX = (Math.abs(cos) * spanX + Math.abs(sin) * spanY) / 2 + 1;
  const reachY = (Math.abs(sin) * spanX + Math.abs(cos) * spanY) / 2 + 1;
  const [fromX, toX] = [Math.max(0, Math.floor(x - reachX)), Math.min(width, Math.ceil(x + reachX))];
  const [fromY, toY] = [Math.max(0, Math.floor(y - reachY)), Math.min(height, Math.ceil(y + reachY))];
  const [perX, perY] = [level.width / spanX, level.height / spanY]; // level pixels per picture pixel
  const shades = tint === undefined ? undefined : shadesOf(tint, sprite.shades);
  const pixel = new Float64Array(4);
  let [left, top, right, bottom, area] = [width, height, 0, 0, 0];
  for (let row = fromY; row < toY; row++) {
    const dy = row + 0.5 - y;
    for (let column = fromX; column < toX; column++) {
      const dx = column + 0.5 - x;
      const u = (dx * cos + dy * sin + spanX / 2) * perX - 0.5;
      const v = (dy * cos - dx * sin + spanY / 2) * perY - 0.5;
      if (u <= -1 || v <= -1 || u >= level.width || v >= level.height) continue;
      sample(level, u, v, pixel);
      const alpha = pixel[3]!;
      if (alpha < 0.5) continue;
      const at = row * width + column;
      blend(target, at * 3, pixel, shades);
      if (alpha < 127.5) continue;
      hidden[id * stride + ids[at]!]!++;
      ids[at] = id;
      area++;
      left = Math.min(left, column);
      right = Math.max(right, column + 1);
      top = Math.min(top, row);
      bottom = row + 1;
    }
  }
  return area === 0
    ? { x: 0, y: 0, width: 0, height: 0, area }
    : { x: left, y: top, width: right - left, height: bottom - top, area };
}

function levelFor({ levels }: Sprite, longest: number): SpriteLevel {
  const small = levels.findIndex(({ width, height }) => Math.max(width, height) < longest);
  if (small === -1) return levels.at(-1)!;
  return levels[Math.max(0, small - 1)]!;
}

/** The four channels at a place between pixel centres, `[0, 0]` being the first pixel's. */
function sample({ data, width }: SpriteLevel, u: number, v: number, into: Float64Array): void {
  const [column, row] = [Math.floor(u), Math.floor(v)];
  const [right, below] = [u - column, v - row];
  const at = ((row + 1) * (width + 2) + column + 1) * 4;
  const next = at + (width + 2) * 4;
  for (let c = 0; c < 4; c++) {
    const above = data[at + c]! * (1 - right) + data[at + 4 + c]! * right;
    const under = data[next + c]! * (1 - right) + data[next + 4 + c]! * right;
    into[c] = above * (1 - below) + under * below;
  }
}

/** Puts a pixel with multiplied alpha over the target; with `shades`, in the shade of its luminance. */
function blend(target: Uint8Array, at: number, pixel: Float64Array, shades: Uint8Array | undefined): void {
  const alpha = pixel[3]!;
  const rest = 1 - alpha / 255;
  if (shades === undefined) {
    for (let c = 0; c < 3; c++) target[at + c] = pixel[c]! + target[at + c]! * rest + 0.5;
    return;
  }
  const shade = Math.min(255, (luminance(pixel[0]!, pixel[1]!, pixel[2]!) * 255) / alpha) | 0;
  const opacity = alpha / 255;
  for (let c = 0; c < 3; c++) target[at + c] = shades[shade * 3 + c]! * opacity + target[at + c]! * rest + 0.5;
}

/** For each luminance the shade of a colour: a dark one, then the colour itself half-way, then a light one. `[256, 3]` */
function shadesOf(rgb: readonly [number, number, number], [darkest, lightest]: Sprite["shades"]): Uint8Array {
  const table = new Uint8Array(256 * 3);
  for (let shade = 0; shade < 256; shade++) {
    const light = Math.min(1, Math.max(0, (shade - darkest) / (lightest - darkest))) * 2 - 1; // -1 dark, 0 plain, 1 light
    for (let c = 0; c < 3; c++) {
      const plain = rgb[c]!;
      table[shade * 3 + c] = light < 0 ? plain * (1 + light * 0.7) : plain + (255 - plain) * light * 0.65;
    }
  }
  return table;
}
