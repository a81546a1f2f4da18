import { expect, test } from "vitest";
import { decodeRunLengths } from "./run-lengths.ts";

test("a disc as pycocotools 2.0.11 encodes it: (x - 25)^2 + (y - 18)^2 < 100 in 53 x 37 pixels", () => {
  const counts = decodeRunLengths("nb09k02M4N0O2N2O0000000000000001N2N102L3N]d0");
  // Expected: runs of the same array counted by NumPy, column by column; area as `mask.area` gives it.
  const chords = [9, 11, 15, 15, 17, 19, 19, 19, 19, 19, 19, 19, 19, 19, 17, 15, 15, 11, 9];
  const gaps = [27, 24, 22, 21, 19, 18, 18, 18, 18, 18, 18, 18, 18, 19, 21, 22, 24, 27];
  expect(counts).toEqual([606, ...chords.flatMap((chord, i) => [chord, gaps[i] ?? 680])]);
  expect(chords.reduce((sum, chord) => sum + chord)).toBe(305);
  expect(counts.reduce((sum, count) => sum + count)).toBe(53 * 37);
});
