import { expect, test } from "vitest";
import { key, normal } from "../../engine/random.ts";
import { drawnCurve } from "./curve.ts";

const curve = (values: readonly number[]): { name: string; points: (readonly [number, number])[] } => ({
  name: "loss",
  points: values.map((value, i) => [i + 1, value] as const),
});

test("a long curve is thinned, and its spikes stay", () => {
  const values = Array.from({ length: 100_000 }, (_, i) => (i === 54_321 ? 99 : i === 77_777 ? -99 : Math.sin(i)));
  const drawn = drawnCurve(curve(values), 100);
  expect(drawn.steps.length).toBeLessThanOrEqual(202);
  expect(drawn.raw[drawn.steps.indexOf(54_322)]).toBe(99);
  expect(drawn.raw[drawn.steps.indexOf(77_778)]).toBe(-99);
  expect([drawn.steps[0], drawn.steps.at(-1)]).toEqual([1, 100_000]);
  expect(drawn.steps).toEqual([...drawn.steps].sort((a, b) => a - b));
});

test("smoothing removes noise and neither lags nor bends at the ends", () => {
  const noise = normal(key(1), 2000);
  const trend = (i: number): number => 60 - i / 40; // a lagging or one-sided mean of 50 points would be off by 0.6
  const { steps, smooth } = drawnCurve(curve(Array.from(noise, (value, i) => trend(i) + 0.2 * value)));
  // The end of a line fitted to 51 points has a standard error of 2 * 0.2 / sqrt(51) = 0.056.
  const errors = smooth.map((value, i) => Math.abs(value - trend(steps[i]! - 1)));
  expect(Math.max(...errors)).toBeLessThan(0.2);
});

test("short curves and curves without noise are left as they are", () => {
  const short = [3, 1, 2, 0];
  expect(drawnCurve(curve(short)).smooth).toEqual(short);
  const rate = Array.from({ length: 300 }, (_, i) => (i < 20 ? i / 20 : Math.cos((i - 20) / 180)));
  expect(drawnCurve(curve(rate)).smooth).toEqual(rate);
});

test("values that are not finite are not drawn", () => {
  expect(drawnCurve(curve([1, NaN, 3, Infinity]))).toEqual({
    name: "loss",
    steps: [1, 3],
    raw: [1, 3],
    smooth: [1, 3],
  });
});
