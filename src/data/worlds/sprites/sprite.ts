/** An RGBA picture in memory: 8-bit, row-major, `data.length === width * height * 4`, alpha not multiplied in. */
export interface RgbaImage {
  readonly data: Uint8Array;
  /** Pixels. */
  readonly width: number;
  /** Pixels. */
  readonly height: number;
}

/** A drawing at one scale, colours multiplied by alpha, with a transparent pixel all round, so that any place between pixels has four neighbours. */
export interface SpriteLevel {
  /** `[height + 2, width + 2, 4]` */
  readonly data: Uint8Array;
  /** Pixels. */
  readonly width: number;
  /** Pixels. */
  readonly height: number;
}

/** A drawing to be put into scenes: cut out, trimmed to what it shows, at several scales. */
export interface Sprite {
  /** From the largest to the smallest; each has half the width and height of the one before. */
  readonly levels: readonly SpriteLevel[];
  /** Luminances (0 to 255) that become the darkest and the lightest shade when the drawing is painted in one colour. */
  readonly shades: readonly [darkest: number, lightest: number];
}

/** Sides below which a sprite is not halved any more; pixels. */
const smallestSide = 8;

/** Shades of a drawing whose luminances are already those wanted, as the shapes' are: 128 is the plain colour. */
export const givenShades = [0, 255] as const;

/**
 * Makes a sprite of an RGBA picture (alpha not multiplied in): trims transparent borders, multiplies, halves.
 * @param shades {@link givenShades}, or absent: spread about the drawing's mean luminance
 * @returns `undefined` if the picture shows nothing
 */
export function spriteOf(rgba: RgbaImage, shades?: Sprite["shades"]): Sprite | undefined {
  const box = opaqueBox(rgba);
  if (box === undefined) return undefined;
  const levels = [premultiplied(rgba, box)];
  for (let last = levels[0]!; Math.min(last.width, last.height) >= 2 * smallestSide; last = levels.at(-1)!)
    levels.push(halved(last));
  return { levels, shades: shades ?? spreadShades(levels.at(-1)!) };
}

/** Columns and rows that hold pixels of at least half opacity, ends excluded. */
function opaqueBox({ data, width, height }: RgbaImage): readonly [number, number, number, number] | undefined {
  let [left, top, right, bottom] = [width, height, 0, 0];
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      if (data[(y * width + x) * 4 + 3]! < 128) continue;
      left = Math.min(left, x);
      right = Math.max(right, x + 1);
      top = Math.min(top, y);
      bottom = y + 1;
    }
  }
  return right > left ? [left, top, right, bottom] : undefined;
}

function premultiplied(
  source: RgbaImage,
  [left, top, right, bottom]: readonly [number, number, number, number],
): SpriteLevel {
  const [width, height] = [right - left, bottom - top];
  const data = new Uint8Array((width + 2) * (height + 2) * 4);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const from = ((y + top) * source.width + x + left) * 4;
      const to = ((y + 1) * (width + 2) + x + 1) * 4;
      const alpha = source.data[from + 3]!;
      for (let c = 0; c < 3; c++) data[to + c] = Math.round((source.data[from + c]! * alpha) / 255);
      data[to + 3] = alpha;
    }
  }
  return { data, width, height };
}

/** Half as wide and high, each pixel the mean of those it covers; an odd last row or column counts twice. */
function halved(source: SpriteLevel): SpriteLevel {
  const [width, height] = [(source.width + 1) >> 1, (source.height + 1) >> 1];
  const data = new Uint8Array((width + 2) * (height + 2) * 4);
  for (let y = 0; y < height; y++) {
    const above = (2 * y + 1) * (source.width + 2);
    const below = Math.min(2 * y + 2, source.height) * (source.width + 2);
    for (let x = 0; x < width; x++) {
      const left = 2 * x + 1;
      const right = Math.min(left + 1, source.width);
      for (let c = 0; c < 4; c++) {
        const sum =
          source.data[(above + left) * 4 + c]! +
          source.data[(above + right) * 4 + c]! +
          source.data[(below + left) * 4 + c]! +
          source.data[(below + right) * 4 + c]!;
        data[((y + 1) * (width + 2) + x + 1) * 4 + c] = (sum + 2) >> 2;
      }
    }
  }
  return { data, width, height };
}

/** Mean luminance plus and minus a spread, so that the mean is painted in the plain colour. */
function spreadShades({ data }: SpriteLevel): readonly [number, number] {
  let [weight, sum, squares] = [0, 0, 0];
  for (let at = 0; at < data.length; at += 4) {
    const alpha = data[at + 3]!;
    if (alpha === 0) continue;
    const shade = (luminance(data[at]!, data[at + 1]!, data[at + 2]!) * 255) / alpha;
    weight += alpha;
    sum += shade * alpha;
    squares += shade * shade * alpha;
  }
  const mean = sum / weight;
  const spread = Math.max(36, 1.8 * Math.sqrt(Math.max(0, squares / weight - mean * mean)));
  return [mean - spread, mean + spread];
}

/** Luma of Rec. 601. */
export const luminance = (red: number, green: number, blue: number): number =>
  0.299 * red + 0.587 * green + 0.114 * blue;
