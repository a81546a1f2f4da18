import { describe, expect, test } from "vitest";
import { fromBfloat16, fromFloat16, toFloat16 } from "./float16.ts";

/** The value of float16 bits by the definition of IEEE 754. */
function value(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 31;
  const fraction = bits & 1023;
  if (exponent === 31) return fraction ? NaN : sign * Infinity;
  return exponent === 0 ? sign * fraction * 2 ** -24 : sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

const all = Uint16Array.from({ length: 65536 }, (_, bits) => bits);

describe("float16", () => {
  test("every bit pattern widens to its value", () => {
    const widened = fromFloat16(all);
    const wrong = [...all].filter((bits) => !Object.is(widened[bits], value(bits)));
    expect(wrong).toEqual([]);
  });

  test("every value narrows to its bits", () => {
    const narrowed = toFloat16(Float32Array.from(all, value));
    const wrong = [...all].filter((bits) => !Number.isNaN(value(bits)) && narrowed[bits] !== bits);
    expect(wrong).toEqual([]);
    expect(toFloat16(Float32Array.of(NaN))[0]).toBe(0x7e00);
  });

  test("halfway goes to the even neighbour, anything else to the nearest", () => {
    const wrong: number[] = [];
    for (let bits = 0; bits < 0x7bff; bits++) {
      const middle = (value(bits) + value(bits + 1)) / 2; // exact in float32
      const even = bits % 2 === 0 ? bits : bits + 1;
      const narrowed = toFloat16(Float32Array.of(middle * (1 - 2 ** -22), middle, middle * (1 + 2 ** -22)));
      if (narrowed.join() !== [bits, even, bits + 1].join()) wrong.push(bits);
    }
    expect(wrong).toEqual([]);
  });

  test("from 65520 on it is infinity, with its sign", () => {
    const narrowed = toFloat16(Float32Array.of(65519.99, 65520, -65520, 1e38, -Infinity));
    expect([...narrowed]).toEqual([0x7bff, 0x7c00, 0xfc00, 0x7c00, 0xfc00]);
  });
});

test("bfloat16 is the upper half of a float32", () => {
  expect([...fromBfloat16(Uint16Array.of(0x3f80, 0xc049, 0x8000, 0x7f80))]).toEqual([1, -3.140625, -0, Infinity]);
});
