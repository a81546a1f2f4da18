import { expect, test } from "vitest";
import { regionsOf } from "./text-map.ts";

/** A map of 40 x 20 with rectangles of one probability each. */
function mapWith(...patches: readonly (readonly [x: number, y: number, width: number, height: number, p: number])[]) {
  const map = new Float32Array(40 * 20);
  for (const [x, y, width, height, p] of patches)
    for (let row = y; row < y + height; row++) map.fill(p, row * 40 + x, row * 40 + x + width);
  return map;
}

test("a patch is one region, grown by area times 1.5 over perimeter", () => {
  // Between the centres of its outer pixels it is 19 x 5: 95 * 1.5 / 48 = 2.97 a side.
  const [region, ...others] = regionsOf(mapWith([10, 6, 20, 6, 0.875]), 40, 20);
  expect(others).toEqual([]);
  expect(region).toMatchObject({ x: 19.5, y: 8.5, angle: 0, score: 0.875 });
  expect(region!.width).toBeCloseTo(19 + 2 * 2.96875, 9);
  expect(region!.height).toBeCloseTo(5 + 2 * 2.96875, 9);
});

test("patches that do not touch are regions of their own, from top to bottom; corners touch", () => {
  const apart = mapWith([20, 12, 10, 5, 0.75], [2, 2, 10, 5, 1]);
  expect(regionsOf(apart, 40, 20).map(({ y, score }) => [y, score])).toEqual([
    [4, 1],
    [14, 0.75],
  ]);
  const touching = mapWith([2, 2, 10, 5, 1], [12, 7, 10, 5, 1]);
  expect(regionsOf(touching, 40, 20, { regionThreshold: 0.4 })).toHaveLength(1);
});

test("weak patches, small ones and pixels below the threshold are noise", () => {
  expect(regionsOf(mapWith([2, 2, 20, 6, 0.5]), 40, 20)).toEqual([]);
  expect(regionsOf(mapWith([2, 2, 20, 3, 1]), 40, 20)).toEqual([]); // 2 pixels between centres
  expect(regionsOf(mapWith([2, 2, 20, 6, 0.25]), 40, 20, { regionThreshold: 0 })).toEqual([]);
});
