import { expect, test } from "vitest";
import { median, pairedRatio } from "./statistics.mjs";

test("median: the middle value, or the mean of the two middle ones", () => {
  expect(median([9, 1, 5])).toBe(5);
  expect(median([4, 1, 3, 2])).toBe(2.5);
  expect(median([])).toBeNaN();
});

test("pairedRatio: a drift that meets both sides leaves the ratio alone", () => {
  expect(pairedRatio([20, 40, 80], [10, 20, 40])).toEqual({ median: 2, min: 2, max: 2, pairs: 3 });
});

test("pairedRatio: pairs end with the shorter side", () => {
  expect(pairedRatio([3, 8, 100], [1, 2])).toEqual({ median: 3.5, min: 3, max: 4, pairs: 2 });
  expect(pairedRatio([], [1])).toBeUndefined();
});
