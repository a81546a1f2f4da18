import { expect, test } from "vitest";
import { fold, key } from "../engine/random.ts";
import { drawKeptPatches, keptCount } from "./patch-dropout.ts";

test("at least one patch stays", () => {
  expect(keptCount(16, 0.99)).toBe(1);
  expect(keptCount(16, 0)).toBe(16);
});

test("drawn choices: distinct patches, each about as often, and the same for the same key", () => {
  const counts = Array.from({ length: 9 }, () => 0);
  for (let step = 0; step < 200; step++) {
    const { shape, data } = drawKeptPatches(fold(key(1), step), 5, 9, 3);
    expect(shape).toEqual([5, 3]);
    for (let item = 0; item < 5; item++) {
      const row = Array.from(data.subarray(item * 3, item * 3 + 3), Number);
      expect(new Set(row).size).toBe(3);
      for (const patch of row) counts[patch]!++;
    }
  }
  // 3000 draws over 9 patches: 333 each, deviation below 18.
  for (const count of counts) expect(Math.abs(count - 3000 / 9)).toBeLessThan(4 * 18);
  expect(drawKeptPatches(key(3), 2, 9, 3)).toEqual(drawKeptPatches(key(3), 2, 9, 3));
});
