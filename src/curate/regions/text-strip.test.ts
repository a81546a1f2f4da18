import { expect, test } from "vitest";
import { cutStrip, stripWidth } from "./text-strip.ts";

/** A picture of 6 x 4 whose red is 10 x + y, green twice and blue 200. */
const picture = {
  width: 6,
  height: 4,
  data: Uint8Array.from({ length: 72 }, (_, i) => {
    const [x, y, channel] = [Math.floor(i / 3) % 6, Math.floor(i / 18), i % 3];
    return [10 * x + y, 2 * (10 * x + y), 200][channel]!;
  }),
};

test("a level box of the strip's size is copied, blue first", () => {
  // Pixels 1 to 4 of rows 1 and 2: edges at 0.5 and 4.5, 0.5 and 2.5.
  const strip = cutStrip(picture, { x: 2.5, y: 1.5, width: 4, height: 2, angle: 0 }, 4, 2);
  expect([...strip]).toEqual([
    ...Array<number>(8).fill(200),
    22, 42, 62, 82, 24, 44, 64, 84,
    11, 21, 31, 41, 12, 22, 32, 42,
  ]); // prettier-ignore
});

test("upright text is turned: its top becomes the left", () => {
  const box = { x: 2, y: 1.5, width: 1, height: 4, angle: 0 }; // column 2
  expect(stripWidth(box, 1)).toBe(4);
  const red = [...cutStrip(picture, box, 4, 1)].slice(8);
  expect(red).toEqual([20, 21, 22, 23]);
});

test("a turned box is read along its direction", () => {
  const box = { x: 2.5, y: 1.5, width: 3, height: 1, angle: Math.PI / 4 };
  const red = [...cutStrip(picture, box, 3, 1)].slice(6);
  const step = Math.SQRT1_2; // along both axes
  const expected = [-1, 0, 1].map((i) => 10 * (2.5 + i * step) + 1.5 + i * step);
  for (const [i, value] of red.entries()) expect(value).toBeCloseTo(expected[i]!, 4);
});

test("shrinking averages, and beyond the picture its edge goes on", () => {
  const half = cutStrip(picture, { x: 2.5, y: 1.5, width: 4, height: 2, angle: 0 }, 2, 1);
  expect([...half].slice(4)).toEqual([16.5, 36.5]); // of 11 21 12 22, and of 31 41 32 42
  const outside = cutStrip(picture, { x: -10, y: 0, width: 2, height: 1, angle: 0 }, 2, 1);
  expect([...outside]).toEqual([200, 200, 0, 0, 0, 0]);
});
