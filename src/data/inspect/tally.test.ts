import { expect, test } from "vitest";
import { FrequentTexts } from "./frequent.ts";
import { Tally } from "./tally.ts";

test("quantiles and bars of small values are exact", () => {
  const tally = new Tally();
  for (const words of [1, 2, 2, 3, 3, 3, 9, 9, 10, 12]) tally.add(words);
  const { bars, ...summary } = tally.distribution()!;
  expect(summary).toEqual({ count: 10, min: 1, median: 3, p90: 10, max: 12, mean: 5.4 });
  expect(bars).toHaveLength(12);
  expect(bars.filter(({ count }) => count > 0)).toEqual([
    { low: 1, high: 2, count: 1 },
    { low: 2, high: 3, count: 2 },
    { low: 3, high: 4, count: 3 },
    { low: 9, high: 10, count: 2 },
    { low: 10, high: 11, count: 1 },
    { low: 12, high: 13, count: 1 },
  ]);
});

test("large values are known within a sixteenth, whatever their number; bars double", () => {
  const tally = new Tally();
  for (let size = 1; size <= 10_000; size++) tally.add(size);
  const { median, p90, max, bars } = tally.distribution()!;
  expect(median).toBeGreaterThan(5000 * (15 / 16));
  expect(median).toBeLessThanOrEqual(5000);
  expect(p90).toBeGreaterThan(9000 * (15 / 16));
  expect(max).toBe(10_000);
  expect(bars.map(({ low }) => low)).toEqual([1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024, 2048, 4096, 8192]);
  expect(bars.map(({ count }) => count)).toEqual([1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024, 2048, 4096, 1809]);
  expect(new Tally().distribution()).toBeUndefined();
});

test("one value has one bar", () => {
  const tally = new Tally();
  tally.add(48);
  expect(tally.distribution()).toMatchObject({ median: 48, bars: [{ low: 48, high: 49, count: 1 }] });
});

test("frequent texts are found among any number, and exactly while they fit", () => {
  const few = new FrequentTexts(3);
  for (const text of ["a", "b", "a", "c", "a", "b"]) few.add(text);
  expect(few.isExact).toBe(true);
  expect(few.top(2)).toEqual([
    { text: "a", count: 3 },
    { text: "b", count: 2 },
  ]);
  const many = new FrequentTexts(10);
  for (let i = 0; i < 1000; i++) many.add(i % 4 === 0 ? "often" : `once ${i}`);
  expect(many.isExact).toBe(false);
  const [first] = many.top(1);
  expect(first?.text).toBe("often");
  expect(first?.count).toBeGreaterThanOrEqual(250 - 1000 / 10);
  expect(first?.count).toBeLessThanOrEqual(250);
});
