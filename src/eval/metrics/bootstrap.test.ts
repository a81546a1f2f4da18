import { expect, test } from "vitest";
import { fold, key, uniform } from "../../engine/random.ts";
import { bootstrapMeans, percentileInterval, resampleMeans } from "./bootstrap.ts";

test("percentiles equal numpy.percentile", () => {
  // numpy 2.4: np.percentile([0.3, 0.1, 0.9, 0.4, 0.7], [2.5, 97.5]) and [5, 95]
  const values = Float64Array.of(0.3, 0.1, 0.9, 0.4, 0.7);
  const wide = percentileInterval(values);
  expect(wide.low).toBeCloseTo(0.12, 12);
  expect(wide.high).toBeCloseTo(0.88, 12);
  const narrow = percentileInterval(values, 0.9);
  expect(narrow.low).toBeCloseTo(0.14, 12);
  expect(narrow.high).toBeCloseTo(0.86, 12);
});

test("the interval of a fraction is the normal approximation where that holds", () => {
  const hits = Float64Array.from({ length: 900 }, (_, i) => Number(i % 10 < 3)); // 0.3 of 900
  const [interval] = bootstrapMeans([hits], key(1));
  const halfWidth = 1.96 * Math.sqrt((0.3 * 0.7) / 900);
  expect(interval!.low).toBeCloseTo(0.3 - halfWidth, 2);
  expect(interval!.high).toBeCloseTo(0.3 + halfWidth, 2);
});

test("the 95 % interval covers the truth about 95 times in 100", () => {
  let covered = 0;
  for (let trial = 0; trial < 200; trial++) {
    const sample = uniform(fold(key(2), trial), 60); // mean 0.5
    const [interval] = bootstrapMeans([sample], fold(key(3), trial), 400);
    if (interval!.low <= 0.5 && 0.5 <= interval!.high) covered++;
  }
  expect(covered).toBeGreaterThanOrEqual(178); // 190 expected, standard deviation 3.1
  expect(covered).toBeLessThanOrEqual(199);
});

test("columns share the drawn rows, and a key fixes them", () => {
  const a = uniform(key(4), 50);
  const [first, twice] = resampleMeans([a, a.map((value) => 2 * value)], key(5), 20);
  first!.forEach((value, i) => expect(twice![i]).toBeCloseTo(2 * value, 6));
  expect(new Set(first).size).toBe(20);
  expect(resampleMeans([a], key(5), 20)[0]).toEqual(first);
  expect(resampleMeans([a], key(6), 20)[0]).not.toEqual(first);
});

test("values that do not vary have an interval of no width; no values, or NaN, have none", () => {
  expect(
    bootstrapMeans(
      [
        [1, 1, 1],
        [0, NaN, 0],
      ],
      key(7),
      50,
    ),
  ).toEqual([
    { low: 1, high: 1 },
    { low: NaN, high: NaN },
  ]);
  expect(bootstrapMeans([[]], key(7), 50)).toEqual([{ low: NaN, high: NaN }]);
});
