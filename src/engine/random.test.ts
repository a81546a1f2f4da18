import { expect, test } from "vitest";
import { bits, fold, key, normal, permutation, threefry, uniform } from "./random.ts";

// Known answers of the authors' Random123 library (kat_vectors, threefry2x32 20).
test.each([
  [
    [0, 0],
    [0, 0],
    [0x6b200159, 0x99ba4efe],
  ],
  [
    [0xffffffff, 0xffffffff],
    [0xffffffff, 0xffffffff],
    [0x1cb996fc, 0xbb002be7],
  ],
  [
    [0x13198a2e, 0x03707344],
    [0x243f6a88, 0x85a308d3],
    [0xc4923a9c, 0x483df7a0],
  ],
] as const)("threefry: key %j, counter %j", (streamKey, [c0, c1], expected) => {
  expect(threefry(streamKey, c0, c1)).toEqual(expected);
});

test("streams: equal keys repeat, other keys differ, a longer draw begins like a shorter one", () => {
  expect(bits(key(7), 5)).toEqual(bits(key(7), 9).slice(0, 5));
  expect(bits(fold(key(7), "init"), 4)).not.toEqual(bits(fold(key(7), "data"), 4));
  expect(bits(fold(key(7), 1, 2), 4)).not.toEqual(bits(fold(key(7), 2, 1), 4));
});

test("uniform and normal have the moments of their distributions", () => {
  const moments = (x: Float32Array): [number, number] => {
    const mean = x.reduce((sum, value) => sum + value, 0) / x.length;
    return [mean, x.reduce((sum, value) => sum + (value - mean) ** 2, 0) / x.length];
  };
  const [uniformMean, uniformVariance] = moments(uniform(key(1), 100_000));
  expect(uniformMean).toBeCloseTo(0.5, 2);
  expect(uniformVariance).toBeCloseTo(1 / 12, 3);
  const [normalMean, normalVariance] = moments(normal(key(2), 100_000));
  expect(normalMean).toBeCloseTo(0, 1);
  expect(normalVariance).toBeCloseTo(1, 1);
});

test("permutation holds each number once", () => {
  expect([...permutation(key(3), 1000)].sort((a, b) => a - b)).toEqual(Array.from({ length: 1000 }, (_, i) => i));
  expect(permutation(key(3), 0)).toHaveLength(0);
});
