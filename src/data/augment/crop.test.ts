import { expect, test } from "vitest";
import { fold, key } from "../../engine/random.ts";
import { randomCrop } from "./crop.ts";

const crops = (count: number, scale: [number, number], ratio: [number, number], width = 200, height = 160) =>
  Array.from({ length: count }, (_, i) => randomCrop(width, height, { scale, ratio }, fold(key(5), i)));

test("boxes lie inside, with the area and the ratio asked for", () => {
  for (const { left, top, width, height } of crops(2000, [0.2, 0.6], [3 / 4, 4 / 3])) {
    expect(left).toBeGreaterThanOrEqual(0);
    expect(top).toBeGreaterThanOrEqual(0);
    expect(left + width).toBeLessThanOrEqual(200);
    expect(top + height).toBeLessThanOrEqual(160);
    const share = (width * height) / (200 * 160);
    expect(share).toBeGreaterThan(0.19); // sides are rounded to whole pixels
    expect(share).toBeLessThan(0.61);
    expect(width / height).toBeGreaterThan(0.73);
    expect(width / height).toBeLessThan(1.36);
  }
});

test("area is uniform, the logarithm of the ratio too, and every place is reached", () => {
  const boxes = crops(4000, [0.2, 0.6], [3 / 4, 4 / 3]); // every such box fits, so that none is drawn again
  const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
  // Within four standard errors: of the area 0.115 / sqrt(4000), of the logarithm 0.166 / sqrt(4000).
  expect(Math.abs(mean(boxes.map(({ width, height }) => (width * height) / 32000)) - 0.4)).toBeLessThan(0.0073);
  expect(Math.abs(mean(boxes.map(({ width, height }) => Math.log(width / height))))).toBeLessThan(0.0105);
  expect(boxes.some(({ left }) => left === 0)).toBe(true);
  expect(boxes.some(({ left, width }) => left + width === 200)).toBe(true);
});

test("the whole picture is the only box of scale 1 and its own ratio", () => {
  expect(crops(1, [1, 1], [1.25, 1.25])).toEqual([{ left: 0, top: 0, width: 200, height: 160 }]);
});

test("where no box fits, the largest central one within the ratios", () => {
  // 100 x 10 pixels, ratio at most 4/3: 13 x 10, 43 from the left. 10 x 100, at least 3/4: 10 x 13.
  expect(crops(1, [1, 1], [3 / 4, 4 / 3], 100, 10)).toEqual([{ left: 43, top: 0, width: 13, height: 10 }]);
  expect(crops(1, [1, 1], [3 / 4, 4 / 3], 10, 100)).toEqual([{ left: 0, top: 43, width: 10, height: 13 }]);
});

test("a picture of one pixel can be cropped", () => {
  expect(crops(1, [0.1, 1], [3 / 4, 4 / 3], 1, 1)).toEqual([{ left: 0, top: 0, width: 1, height: 1 }]);
});
