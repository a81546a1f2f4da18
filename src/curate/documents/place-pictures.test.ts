import { expect, test } from "vitest";
import { placePictures } from "./place-pictures.ts";

test("the best sum, not the best first: the greedy choice would give 0.5 + 0.1", () => {
  const similarity = Float32Array.of(0.5, 0.4, 0.45, 0.1); // picture 0: 0.5 0.4; picture 1: 0.45 0.1
  expect(placePictures(similarity, 2, 2, 0.15).map((placement) => placement?.sentence)).toEqual([1, 0]);
});

test("more pictures than sentences: those left over go where they fit best", () => {
  const similarity = Float32Array.of(0.3, 0.2, 0.25, 0.2, 0.2, 0.4);
  expect(placePictures(similarity, 3, 2, 0.15)).toEqual([
    { sentence: 0, similarity: expect.closeTo(0.3) },
    { sentence: 0, similarity: expect.closeTo(0.25) },
    { sentence: 1, similarity: expect.closeTo(0.4) },
  ]);
});

test("a picture that fits nothing goes nowhere, and takes no sentence from another", () => {
  const similarity = Float32Array.of(0.14, 0.1, 0.2, 0.19);
  expect(placePictures(similarity, 2, 2, 0.15)).toEqual([undefined, { sentence: 0, similarity: expect.closeTo(0.2) }]);
});

test("no pictures, no sentences", () => {
  expect(placePictures(new Float32Array(), 0, 3, 0)).toEqual([]);
  expect(placePictures(new Float32Array(), 2, 0, 0)).toEqual([undefined, undefined]);
});
