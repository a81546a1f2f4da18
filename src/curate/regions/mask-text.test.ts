import { expect, test } from "vitest";
import type { RgbImage } from "../../platform/platform.ts";
import { coveredShare, maskRegions } from "./mask-text.ts";

/** A picture whose pixels are drawn by name: `.` is (100, 150, 200), `w` white, `k` black. */
function drawn(...rows: readonly string[]): RgbImage {
  const colours: Record<string, readonly number[]> = { ".": [100, 150, 200], w: [255, 255, 255], k: [0, 0, 0] };
  const data = Uint8Array.from(rows.flatMap((row) => row.split("").flatMap((pixel) => colours[pixel]!)));
  return { data, width: rows[0]!.length, height: rows.length };
}
const box = (x: number, y: number, width: number, height: number) => ({
  x: x + (width - 1) / 2,
  y: y + (height - 1) / 2,
  width: width - 1,
  height: height - 1,
  angle: 0,
});

test("a region gets the mean colour around it, and nothing else changes", () => {
  const picture = drawn("........", "........", "...kw...", "...wk...", "........", "........");
  const before = picture.data.slice();
  const plain = drawn("........", "........", "........", "........", "........", "........");
  expect(maskRegions(picture, [box(3, 2, 2, 2)])).toEqual(plain);
  expect(picture.data).toEqual(before);
});

test("what belongs to another region is no surrounding", () => {
  const picture = drawn("........", "..kkww..", "..kkww..", "........");
  expect(maskRegions(picture, [box(2, 1, 2, 2), box(4, 1, 2, 2)])).toEqual(
    drawn("........", "........", "........", "........"),
  );
});

test("a picture that is all text becomes one colour", () => {
  const picture = drawn("kw", "wk");
  expect([...maskRegions(picture, [box(0, 0, 2, 2)]).data]).toEqual(Array<number>(12).fill(128)); // 127.5 rounded
});

test("share of the picture, overlap counted once", () => {
  const picture = { width: 10, height: 10 };
  expect(coveredShare([box(0, 0, 5, 2), box(3, 0, 4, 2)], picture)).toBe(0.14);
  expect(coveredShare([], picture)).toBe(0);
});
