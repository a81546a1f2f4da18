import { describe, expect, test } from "vitest";
import { compose, type Placed } from "./compose.ts";
import { maskPixels, masksOf } from "./mask.ts";
import { givenShades, spriteOf, type Sprite } from "./sprites/sprite.ts";

/** A picture of one colour. */
const plain = (width: number, height: number, rgb: readonly number[]) => ({
  width,
  height,
  data: Uint8Array.from({ length: width * height * 3 }, (_, at) => rgb[at % 3]!),
});

/** An opaque block of one colour. */
function block(width: number, height: number, rgb: readonly number[], shades?: Sprite["shades"]): Sprite {
  const data = Uint8Array.from({ length: width * height * 4 }, (_, at) => [...rgb, 255][at % 4]!);
  return spriteOf({ data, width, height }, shades)!;
}

const upright = { degrees: 0 };
const at = (sprite: Sprite, x: number, y: number, longest: number): Placed => ({ sprite, x, y, longest, ...upright });
const pixel = (data: Uint8Array, width: number, x: number, y: number): number[] => [
  ...data.subarray((y * width + x) * 3, (y * width + x) * 3 + 3),
];

describe("compose", () => {
  test("puts a block on whole pixels, and tells where", () => {
    const { image, footprints, ids } = compose(plain(16, 12, [1, 2, 3]), [at(block(8, 4, [200, 100, 50]), 6, 5, 8)]);
    // Centre (6, 5), 8 x 4: columns 2 to 9, rows 3 to 6.
    expect(footprints).toEqual([{ x: 2, y: 3, width: 8, height: 4, area: 32, visible: 32 }]);
    expect(pixel(image.data, 16, 2, 3)).toEqual([200, 100, 50]);
    expect(pixel(image.data, 16, 9, 6)).toEqual([200, 100, 50]);
    expect(pixel(image.data, 16, 1, 3)).toEqual([1, 2, 3]);
    expect(pixel(image.data, 16, 10, 6)).toEqual([1, 2, 3]);
    expect(ids.filter((id) => id === 1)).toHaveLength(32);
  });

  test("what comes later hides what was there, and the hidden pixels are counted", () => {
    const first = at(block(8, 8, [255, 0, 0]), 6, 6, 8); // columns and rows 2 to 9
    const second = at(block(4, 4, [0, 0, 255]), 10, 10, 4); // columns and rows 8 to 11
    const { image, footprints, overlaps } = compose(plain(16, 16, [9, 9, 9]), [first, second]);
    expect(overlaps).toEqual([{ front: 1, behind: 0, pixels: 4 }]);
    expect(footprints.map(({ area, visible }) => [area, visible])).toEqual([
      [64, 60],
      [16, 16],
    ]);
    expect(pixel(image.data, 16, 8, 8)).toEqual([0, 0, 255]);
  });

  test("turns by a right angle, clips at the edge, shrinks", () => {
    const turned = compose(plain(16, 16, [0, 0, 0]), [{ ...at(block(8, 4, [9, 9, 9]), 8, 8, 8), degrees: 90 }]);
    expect(turned.footprints[0]).toMatchObject({ x: 6, y: 4, width: 4, height: 8 });
    const clipped = compose(plain(16, 16, [0, 0, 0]), [at(block(8, 8, [9, 9, 9]), 0, 8, 8)]);
    expect(clipped.footprints[0]).toMatchObject({ x: 0, y: 4, width: 4, height: 8 });
    const outside = compose(plain(16, 16, [0, 0, 0]), [at(block(8, 8, [9, 9, 9]), -20, 8, 8)]);
    expect(outside.footprints[0]).toEqual({ x: 0, y: 0, width: 0, height: 0, area: 0, visible: 0 });
    const small = compose(plain(16, 16, [0, 0, 0]), [at(block(32, 32, [9, 9, 9]), 8, 8, 4)]);
    expect(small.footprints[0]).toMatchObject({ x: 6, y: 6, width: 4, height: 4 });
  });

  test("a sprite's upper left stays there, and goes to the upper right in a quarter turn clockwise", () => {
    const data = new Uint8Array(8 * 8 * 4).fill(255);
    for (let y = 0; y < 4; y++) for (let x = 0; x < 4; x++) data.set([255, 0, 0, 255], (y * 8 + x) * 4);
    const sprite = spriteOf({ data, width: 8, height: 8 })!;
    const red = (degrees: number, x: number, y: number): boolean => {
      const { image } = compose(plain(8, 8, [0, 0, 0]), [{ ...at(sprite, 4, 4, 8), degrees }]);
      return pixel(image.data, 8, x, y)[1] === 0;
    };
    expect([red(0, 1, 1), red(0, 6, 1), red(90, 1, 1), red(90, 6, 1), red(180, 6, 6)]).toEqual([
      true,
      false,
      false,
      true,
      true,
    ]);
  });

  test("paints the middle shade in the plain colour, darker and lighter shades towards black and white", () => {
    const painted = (grey: number): number[] => {
      const sprite = block(8, 8, [grey, grey, grey], givenShades);
      const { image } = compose(plain(8, 8, [0, 0, 0]), [{ ...at(sprite, 4, 4, 8), tint: [200, 100, 0] }]);
      return pixel(image.data, 8, 4, 4);
    };
    for (const [c, value] of painted(128).entries()) expect(Math.abs(value - [200, 100, 0][c]!)).toBeLessThanOrEqual(2);
    expect(painted(0)).toEqual([60, 30, 0]); // 30 % of the colour
    expect(painted(255)).toEqual([235, 200, 165]); // 65 % of the way to white
  });
});

describe("masks", () => {
  test("runs go down the columns, and begin outside", () => {
    // 3 wide, 2 high; ids by row. Column by column: 1 0 | 1 2 | 0 2
    const ids = Uint8Array.of(1, 1, 0, 0, 2, 2);
    expect(masksOf(ids, 3, 2, 3)).toEqual([
      { width: 3, height: 2, counts: [0, 1, 1, 1, 3] },
      { width: 3, height: 2, counts: [3, 1, 1, 1] },
      { width: 3, height: 2, counts: [6] },
    ]);
  });

  test("the pixels come back", () => {
    const ids = Uint8Array.from({ length: 35 }, (_, at) => (at * 7) % 4);
    for (const [index, mask] of masksOf(ids, 7, 5, 3).entries())
      expect(maskPixels(mask)).toEqual(ids.map((id) => Number(id === index + 1)));
  });
});
