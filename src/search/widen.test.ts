import { expect, test } from "vitest";
import { widen } from "./widen.ts";

test("numbers in half precision, by hand", () => {
  const bits = [0x3c00, 0xc000, 0x3555, 0x0001, 0x8000, 0x7bff, 0x7c00, 0xfc00];
  const values = [1, -2, 0.333251953125, 2 ** -24, -0, 65_504, Infinity, -Infinity];
  expect([...widen(Uint16Array.from(bits))]).toEqual(values);
  expect(widen(Uint16Array.of(0x7e00))[0]).toBeNaN();
  const room = new Float32Array(10).fill(7);
  expect([...widen(Uint16Array.from(bits), room.subarray(1, 9))]).toEqual(values);
  expect([room[0], room[9]]).toEqual([7, 7]);
});
