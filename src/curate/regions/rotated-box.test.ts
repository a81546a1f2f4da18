import { expect, test } from "vitest";
import { cornersOf, covers, pixelsOf, smallestBoxAround } from "./rotated-box.ts";

test("finds the rectangle again from points in and on it, turned or not", () => {
  for (const degrees of [0, 12, 44, -30]) {
    const angle = (degrees * Math.PI) / 180;
    const box = { x: 50, y: 40, width: 30, height: 8, angle };
    const inside = cornersOf({ ...box, width: 20, height: 6 });
    const found = smallestBoxAround([...inside, ...cornersOf(box), { x: 50, y: 40 }]);
    for (const side of ["x", "y", "width", "height", "angle"] as const) expect(found[side]).toBeCloseTo(box[side], 6);
  }
});

test("one point, and points in a line", () => {
  expect(smallestBoxAround([{ x: 3, y: 4 }])).toMatchObject({ x: 3, y: 4, width: 0, height: 0 });
  const line = [0, 1, 2, 3].map((i) => ({ x: 2 * i, y: i }));
  const { width, height } = smallestBoxAround(line);
  expect(Math.max(width, height)).toBeCloseTo(Math.sqrt(45), 6);
  expect(Math.min(width, height)).toBeCloseTo(0, 6);
});

test("corners go clockwise, and pixels are those that the box covers, within the picture", () => {
  const box = { x: 2, y: 1, width: 4, height: 2, angle: 0 };
  expect(cornersOf(box)).toEqual([
    { x: 0, y: 0 },
    { x: 4, y: 0 },
    { x: 4, y: 2 },
    { x: 0, y: 2 },
  ]);
  expect([...pixelsOf(box, { width: 3, height: 9 })]).toEqual([
    [0, 0], [1, 0], [2, 0],
    [0, 1], [1, 1], [2, 1],
    [0, 2], [1, 2], [2, 2],
  ]); // prettier-ignore
  const turned = { ...box, angle: Math.PI / 4 };
  expect([covers(turned, 3, 2), covers(turned, 3, 0), covers(turned, 4, 1)]).toEqual([true, false, false]);
});

test("a box beside the picture covers none of its pixels", () => {
  expect([...pixelsOf({ x: 50, y: 5, width: 4, height: 4, angle: 0 }, { width: 10, height: 10 })]).toEqual([]);
});
