import { expect, test } from "vitest";
import { bits, fold, integer, key } from "../../engine/random.ts";
import { bitCount, HammingIndex } from "./hamming-index.ts";

test("bits are counted", () => {
  expect([0, 1, 0xff, 0x80000000, -1, 0xffffffff, 0x55555555].map(bitCount)).toEqual([0, 1, 8, 1, 32, 32, 16]);
});

/** Half random hashes, half copies of them with up to 12 bits flipped. */
function hashes(count: number): Uint32Array {
  const words = bits(key(5), 2 * count);
  for (let row = 0; row < count; row += 2) {
    words.copyWithin(2 * row, 2 * (row + 1), 2 * (row + 1) + 2);
    for (let flip = 0; flip < row % 13; flip++) {
      const bit = integer(fold(key(6), row, flip), 64);
      words[2 * row + (bit >> 5)]! ^= 1 << (bit & 31);
    }
  }
  return words;
}

/** Counted digit by digit, to be sure. */
function differingBits(words: Uint32Array, a: number, b: number): number {
  const digits = [0, 1].map((word) => ((words[2 * a + word]! ^ words[2 * b + word]!) >>> 0).toString(2)).join("");
  return digits.replaceAll("0", "").length;
}

test.each([0, 1, 3, 4, 7, 8, 11, 12])(
  "within %d bits the index finds what comparing all pairs finds, each once",
  (radius) => {
    const [count, words] = [200, hashes(200)];
    const everyRow = Array.from({ length: count }, (_, row) => row);
    const index = new HammingIndex(count);
    for (let row = 0; row < count; row++) expect(index.add(words[2 * row]!, words[2 * row + 1]!)).toBe(row);
    let pairs = 0;
    for (let row = 0; row < count; row++) {
      const expected = everyRow.filter((other) => differingBits(words, row, other) <= radius);
      const found: number[] = [];
      index.some(words[2 * row]!, words[2 * row + 1]!, radius, (entry) => found.push(entry) === 0);
      expect(found.toSorted((a, b) => a - b)).toEqual(expected);
      pairs += expected.length;
    }
    expect(pairs).toBeGreaterThan(count); // there is something to find besides each hash itself
  },
);

test("asking ends with the first entry that passes", () => {
  const index = new HammingIndex(3);
  for (let i = 0; i < 3; i++) index.add(7, 7);
  let asked = 0;
  expect(index.some(7, 7, 0, () => ++asked === 2)).toBe(true);
  expect(asked).toBe(2);
  expect(() => index.add(1, 1)).toThrow(RangeError);
});
