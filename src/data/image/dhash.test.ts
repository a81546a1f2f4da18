import { readFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { platform } from "#platform";
import type { RgbImage } from "../../platform/platform.ts";
import { dHash, hashDistance } from "./dhash.ts";

/** A grey picture of 18 x 16 pixels (2 x 2 for each cell of the hash) from the brightness of a cell. */
function grey(brightness: (column: number, row: number) => number): RgbImage {
  const data = new Uint8Array(18 * 16 * 3);
  for (let i = 0; i < data.length; i++) {
    const pixel = Math.floor(i / 3);
    data[i] = brightness((pixel % 18) >> 1, Math.floor(pixel / 18) >> 1);
  }
  return { data, width: 18, height: 16 };
}

test("one bit a pair of neighbours, set where brightness rises", () => {
  expect(dHash(grey((column) => 20 * column))).toEqual([0xffffffff, 0xffffffff]);
  expect(dHash(grey((column) => 200 - 20 * column))).toEqual([0, 0]);
  expect(dHash(grey(() => 255))).toEqual([0, 0]);
  // Rising in the first row's first pair and the last row's last pair only.
  expect(dHash(grey((column, row) => (row === 0 && column > 0 ? 90 : row === 7 && column === 8 ? 90 : 50)))).toEqual([
    0x80000000, 1,
  ]);
});

test("the distance counts differing bits", () => {
  expect(hashDistance([0, 0], [0xffffffff, 0xffffffff])).toBe(64);
  expect(hashDistance([0b1010, 5], [0b0110, 4])).toBe(3);
  expect(hashDistance([0x80000000, 0], [0x80000000, 0])).toBe(0);
});

test("resizing a picture hardly moves its hash, another picture's is far", async () => {
  const read = async (name: string, size: number): Promise<RgbImage> => {
    const bytes = await readFile(new URL(`../../../fixtures/data/pictures/${name}`, import.meta.url));
    return platform.decodeImage(bytes, { resize: { width: size, height: size, fit: "fill" } });
  };
  const dog = dHash(await read("dog.png", 48));
  expect(hashDistance(dog, dHash(await read("dog.png", 96)))).toBeLessThanOrEqual(4);
  expect(hashDistance(dog, dHash(await read("owl.jpg", 48)))).toBeGreaterThan(10);
});
