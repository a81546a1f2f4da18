import { expect, test } from "vitest";
import { InputError } from "../../platform/error.ts";
import { classEmbeddings, recallPerClass, zeroShot } from "./zero-shot.ts";

test("prompt ensembling scales each prompt before the mean, and the mean after", () => {
  // Class 0: (2, 0) and (0, 5) become (1, 0) and (0, 1), mean direction (1, 1)/sqrt 2. Without the first step: (2, 5)/sqrt 29.
  const classes = classEmbeddings(Float32Array.of(2, 0, -3, 0, 0, 5), 2, [0, 1, 0], 2);
  [Math.SQRT1_2, Math.SQRT1_2, -1, 0].forEach((want, i) => expect(classes[i]).toBeCloseTo(want, 6));
});

test("accuracy, recall and confusion by hand", () => {
  // Three images of class 0 (two right), one of class 1 (right), none of class 2.
  const scores = Float32Array.of(0.9, 0.1, 0.2, 0.5, 0.6, 0.1, 0.8, 0.1, 0.7, 0.2, 0.3, 0.1);
  const result = zeroShot(scores, [0, 0, 0, 1], 3);
  expect(result.top1).toBeCloseTo(3 / 4, 12);
  expect(result.top5).toBeUndefined();
  expect(result.meanPerClassRecall).toBeCloseTo((2 / 3 + 1) / 2, 12);
  expect([...result.confusion]).toEqual([2, 1, 0, 0, 1, 0, 0, 0, 0]);
  expect([...result.ranks]).toEqual([1, 2, 1, 1]);
  expect(recallPerClass(result.confusion, 3)).toEqual([2 / 3, 1, NaN]);
});

test("top 5 exists from five classes on", () => {
  const scores = Float32Array.of(6, 5, 4, 3, 2, 1, 6, 5, 4, 3, 2, 1);
  expect(zeroShot(scores, [4, 5], 6)).toMatchObject({ top1: 0, top5: 0.5 });
  expect(zeroShot(new Float32Array(5), [0], 5).top5).toBe(1); // five classes: any answer is among five
});

test.each([
  ["one score", 0.3],
  ["NaN", NaN],
])("a constant model (%s for all) is always wrong", (_name, score) => {
  const result = zeroShot(new Float32Array(6 * 6).fill(score), [0, 1, 2, 3, 4, 5], 6);
  expect(result).toMatchObject({ top1: 0, top5: 0, meanPerClassRecall: 0 });
  for (let label = 0; label < 6; label++) expect(result.confusion[label * 7]).toBe(0);
  expect(result.confusion.reduce((sum, count) => sum + count, 0)).toBe(6);
});

test("a NaN score for the true class is wrong, one for another class harms nobody", () => {
  expect(zeroShot(Float32Array.of(NaN, 0.1, 0.2), [0], 3).top1).toBe(0);
  expect(zeroShot(Float32Array.of(0.1, NaN, NaN), [0], 3).top1).toBe(1);
});

test("wrong labels and classes without prompts are refused", () => {
  expect(() => zeroShot(new Float32Array(2), [2], 2)).toThrow(
    new InputError(
      "LABEL_OUT_OF_RANGE",
      "zero-shot: image 0",
      "class 2 is not one of 2",
      "classes are whole numbers from 0 to 1",
    ),
  );
  expect(() => classEmbeddings(Float32Array.of(1, 0), 2, [1], 2)).toThrow(
    new InputError("CLASS_WITHOUT_PROMPT", "class 0", "it has no prompt", "give every class a prompt"),
  );
});
