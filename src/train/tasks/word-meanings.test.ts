import { expect, test } from "vitest";
import { wordMeanings } from "./word-meanings.ts";

/** Vectors of any length: only their directions count. */
const known = {
  words: ["red", "cat", "dog"],
  width: 2,
  vectors: Float32Array.from([0, 5, 2, 0, 0.6, 0.8]),
};

test("rare words count more, and what all texts share is taken away", () => {
  const [cat, dog, unknown] = wordMeanings(["Red cat!", "a red dog", "zzz"], known);
  // `red` stands in both of the two texts and counts nothing, so sums are the vectors of cat [1, 0] and dog [0.6, 0.8].
  // They share [0.8, 0.4]; what is left is [0.2, -0.4] and [-0.2, 0.4].
  const length = Math.hypot(0.2, 0.4);
  expect(cat![0]).toBeCloseTo(0.2 / length, 6);
  expect(cat![1]).toBeCloseTo(-0.4 / length, 6);
  expect(dog![0]).toBeCloseTo(-0.2 / length, 6);
  expect(dog![1]).toBeCloseTo(0.4 / length, 6);
  expect([...unknown!]).toEqual([0, 0]);
});

test("a word that stands twice counts twice", () => {
  const [twice] = wordMeanings(["cat cat dog", "red"], known);
  // All three words stand in one of two texts. [2.6, 0.8] at length 1, less half of it and of [0, 1].
  const norm = Math.hypot(2.6, 0.8);
  const left = [2.6 / norm / 2, (0.8 / norm - 1) / 2] as const;
  expect(twice![0]).toBeCloseTo(left[0] / Math.hypot(...left), 6);
  expect(twice![1]).toBeCloseTo(left[1] / Math.hypot(...left), 6);
});
