import { describe, expect, test } from "vitest";
import { moveBox, resizeMap, uprightMap } from "./move-boxes.ts";
import type { Box } from "./sample.ts";

/** A mask of rows, `#` inside. */
function mask(...rows: string[]): NonNullable<Box["mask"]> {
  const [width, height] = [rows[0]!.length, rows.length];
  const counts: number[] = [];
  let inside = false;
  let run = 0;
  for (let x = 0; x < width; x++)
    for (const row of rows) {
      if ((row[x] === "#") === inside) run++;
      else {
        counts.push(run);
        [inside, run] = [!inside, 1];
      }
    }
  return { width, height, counts: [...counts, run] };
}

describe("the letter F, stored 4 wide and 3 high, under EXIF's eight orientations", () => {
  // The box is the F's own: 2 x 3 pixels at the left; the outline a triangle from the top left corner.
  const stored: Box = {
    label: "F",
    x: 0,
    y: 0,
    width: 2,
    height: 3,
    polygons: [[0, 0, 2, 0, 0, 1]],
    mask: mask("##..", "#...", "#..."),
  };
  test.each<[orientation: number, place: [number, number, number, number], outline: number[], rows: string[]]>([
    [1, [0, 0, 2, 3], [0, 0, 2, 0, 0, 1], ["##..", "#...", "#..."]],
    [2, [2, 0, 2, 3], [4, 0, 2, 0, 4, 1], ["..##", "...#", "...#"]], // first column at the right
    [3, [2, 0, 2, 3], [4, 3, 2, 3, 4, 2], ["...#", "...#", "..##"]], // upside down
    [4, [0, 0, 2, 3], [0, 3, 2, 3, 0, 2], ["#...", "#...", "##.."]], // first row at the bottom
    [5, [0, 0, 3, 2], [0, 0, 0, 2, 1, 0], ["###", "#..", "...", "..."]], // rows become columns
    [6, [0, 0, 3, 2], [3, 0, 3, 2, 2, 0], ["###", "..#", "...", "..."]], // first row at the right
    [7, [0, 2, 3, 2], [3, 4, 3, 2, 2, 4], ["...", "...", "..#", "###"]],
    [8, [0, 2, 3, 2], [0, 4, 0, 2, 1, 4], ["...", "...", "#..", "###"]], // first row at the left, from below
  ])("orientation %i", (orientation, [x, y, width, height], outline, rows) => {
    const map = uprightMap({ width: 4, height: 3 }, orientation);
    expect(map.to).toEqual({ width: rows[0]!.length, height: rows.length });
    expect(moveBox(stored, map)).toEqual({
      label: "F",
      x,
      y,
      width,
      height,
      polygons: [outline],
      mask: mask(...rows),
    });
  });
});

test("another size: each axis by its own ratio, mask pixels as the old ones at their centres", () => {
  const box: Box = {
    label: "x",
    x: 2,
    y: 2,
    width: 4,
    height: 2,
    polygons: [[2, 2, 6, 2, 6, 4]],
    mask: mask("........", "........", "..####..", "..####.."),
    isCrowd: true,
  };
  expect(moveBox(box, resizeMap({ width: 8, height: 4 }, { width: 4, height: 4 }))).toEqual({
    label: "x",
    x: 1,
    y: 2,
    width: 2,
    height: 2,
    polygons: [[1, 2, 3, 2, 3, 4]],
    mask: mask("....", "....", ".##.", ".##."),
    isCrowd: true,
  });
  // Twice as wide and high, and from a mask of half the picture's size.
  const half: Box = { label: "x", x: 0, y: 0, width: 2, height: 2, mask: mask("#.", "..") };
  expect(moveBox(half, resizeMap({ width: 4, height: 4 }, { width: 4, height: 4 })).mask).toEqual(
    mask("##..", "##..", "....", "...."),
  );
  expect(moveBox(half, resizeMap({ width: 4, height: 4 }, { width: 1, height: 1 })).mask).toEqual(mask("."));
  const whole: Box = { label: "x", x: 0, y: 0, width: 2, height: 2, mask: mask("##", "##") };
  expect(moveBox(whole, resizeMap({ width: 2, height: 2 }, { width: 3, height: 1 })).mask).toEqual(mask("###"));
});
