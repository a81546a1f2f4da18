import { expect, test } from "vitest";
import { histogramOf } from "./histogram.ts";

/** Values whose dropped ones are told by the cut, as a rule would. */
function histogram(cut: { readonly below?: number; readonly above?: number }, values: readonly number[]) {
  const { below = -Infinity, above = Infinity } = cut;
  const isDropped = (row: number) => values[row]! < below || values[row]! > above;
  const rows = Uint32Array.from(values.keys());
  return histogramOf({ column: "x", ...cut }, Float64Array.from(values), rows, isDropped);
}

const hundred = Array.from({ length: 100 }, (_, i) => i / 100);

test.each([{ below: 0.305 }, { below: 0.3 }, { above: 0.705 }, { above: 0.7 }, { above: 0 }])(
  "no bar has values of both sides of %j",
  (cut) => {
    const { kept, dropped } = histogram(cut, hundred);
    expect(kept.filter((count, bin) => count > 0 && dropped[bin]! > 0)).toEqual([]);
    expect([...kept, ...dropped].reduce((sum, count) => sum + count)).toBe(100);
  },
);

test("the outermost bars hold what lies beyond 99 % of the values", () => {
  const { low, high, kept } = histogram({}, [...Array.from({ length: 998 }, (_, i) => 1 + i / 998), -50, 90]);
  expect([low, high].map((end) => Math.round(end))).toEqual([1, 2]);
  expect([kept[0]! > kept[1]!, kept.reduce((sum, count) => sum + count)]).toEqual([true, 1000]);
});

test("skewed scores above 0 have a logarithmic scale, on which bins are equally wide", () => {
  const { scale, low, high, kept } = histogram({ above: 1000 }, [1, 1, 1, 10, 100, 1000]);
  expect([scale, low]).toEqual(["log", 1]);
  expect(high).toBeCloseTo(1000 * 1000 ** (1 / 47), 3);
  expect(kept.flatMap((count, bin) => (count > 0 ? [[bin, count]] : []))).toEqual([
    [0, 3],
    [15, 1],
    [31, 1],
    [46, 1],
  ]);
  expect(histogram({}, [0, 1, 1, 1, 1000]).scale).toBe("linear");
});

test("rows without a value are counted; equal values have a bar", () => {
  expect(histogram({}, [5, NaN, 5])).toMatchObject({ missing: 1, kept: expect.arrayContaining([2]) });
});
