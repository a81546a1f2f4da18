import { expect, test } from "vitest";
import { allocate } from "./memory.ts";

test("arrays are zeros on cache lines of their own; those of one set share a memory", () => {
  const [first, second, third] = allocate([[3, 16], [0], [17, 20]], 256);
  expect(first!.arrays.map((array) => [array.byteOffset, array.length])).toEqual([
    [0, 3],
    [64, 16],
  ]);
  expect(second!.memory).toBe(first!.memory);
  // Two lines each: with the two of the first set they would pass 256 bytes.
  expect(third!.memory).not.toBe(first!.memory);
  expect(third!.arrays.map(({ byteOffset }) => byteOffset)).toEqual([0, 128]);
  expect(Math.max(...third!.arrays[1]!)).toBe(0);
  expect(third!.arrays[1]!.buffer).toBe(third!.memory.buffer);
});

test("a set larger than a memory is refused", () => {
  expect(() => allocate([[16, 16]], 64)).toThrow("128 bytes of arrays do not fit into a memory of 64");
});
