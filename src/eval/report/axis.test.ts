import { expect, test } from "vitest";
import { axis, formatCosine, formatTick } from "./axis.ts";

test.each([
  [0, 1, [0, 0.2, 0.4, 0.6, 0.8, 1]],
  [1, 3000, [500, 1000, 1500, 2000, 2500, 3000]],
  [-0.3, 0.3, [-0.3, -0.2, -0.1, 0, 0.1, 0.2, 0.3]],
  [0, 1e-3, [0, 2e-4, 4e-4, 6e-4, 8e-4, 1e-3]],
])("linear ticks from %d to %d", (low, high, ticks) => {
  expect(axis(low, high, "linear").ticks).toEqual(ticks);
});

test.each([
  [0.8, 7, [1, 2, 5]],
  [1e-5, 1, [1e-5, 1e-4, 1e-3, 1e-2, 0.1, 1]],
  [2.1, 2.9, [2.2, 2.4, 2.6, 2.8]],
])("log ticks from %d to %d", (low, high, ticks) => {
  expect(axis(low, high, "log").ticks).toEqual(ticks);
});

test("places run from 0 to 1", () => {
  const linear = axis(10, 20, "linear");
  expect([10, 15, 20].map(linear.at)).toEqual([0, 0.5, 1]);
  const log = axis(0.01, 100, "log");
  for (const [value, place] of [
    [0.01, 0],
    [1, 0.5],
    [100, 1],
  ] as const)
    expect(log.at(value)).toBeCloseTo(place, 12);
  expect(axis(5, 5, "linear").at(5)).toBeCloseTo(0.5, 12); // one value stands in the middle
  expect(axis(0, 0, "linear").at(0)).toBeCloseTo(0.5, 12);
});

test.each([
  [0, "0"],
  [-0.25, "-0.25"],
  [1.23456, "1.235"],
  [3000, "3,000"],
  [1234567.8, "1,234,568"],
  [0.0005, "5e-4"],
  [2.5e10, "2.5e+10"],
])("%d reads %s on an axis", (value, text) => {
  expect(formatTick(value)).toBe(text);
});

test("cosines have two decimals and a true minus", () => {
  expect([0.126, -0.126, -0.001, 1, NaN].map(formatCosine)).toEqual(["0.13", "\u22120.13", "0.00", "1.00", "NaN"]);
});
