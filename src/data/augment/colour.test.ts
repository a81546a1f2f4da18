import { describe, expect, test } from "vitest";
import { adjustBrightness, adjustContrast, adjustHue, adjustSaturation, toGrey } from "./colour.ts";

/** Planes of the given pixels. */
const planes = (...pixels: [number, number, number][]): Float32Array =>
  Float32Array.from([0, 1, 2].flatMap((channel) => pixels.map((pixel) => pixel[channel]!)));

const expectPixels = (actual: Float32Array, ...expected: [number, number, number][]): void => {
  planes(...expected).forEach((value, i) => expect(actual[i]).toBeCloseTo(value, 2));
};

test("brightness multiplies and stays in range", () => {
  const picture = planes([10, 100, 200], [0, 128, 255]);
  adjustBrightness(picture, 1.5);
  expectPixels(picture, [15, 150, 255], [0, 192, 255]);
});

test("contrast moves values from the mean grey of the whole picture", () => {
  // Grey of (100, 0, 0) is 29.89, of (0, 0, 200) 22.8; their mean 26.345.
  const picture = planes([100, 0, 0], [0, 0, 200]);
  adjustContrast(picture, 0.5);
  expectPixels(picture, [63.1725, 13.1725, 13.1725], [13.1725, 13.1725, 113.1725]);
  adjustContrast(picture, 0);
  expect(new Set(picture).size).toBe(1);
});

test("saturation moves values from the pixel's own grey", () => {
  const picture = planes([100, 0, 0], [50, 50, 50]);
  adjustSaturation(picture, 2);
  // Grey 29.89: 2 * 100 - 29.89, and below zero is zero. The weights add up to 0.9999, so grey 50 is not quite kept.
  expectPixels(picture, [170.11, 0, 0], [50.005, 50.005, 50.005]);
});

test("grey by the weights 0.2989, 0.587, 0.114", () => {
  const picture = planes([10, 20, 30]);
  toGrey(picture);
  expectPixels(picture, [18.149, 18.149, 18.149]);
});

describe("hue equals Python's colorsys", () => {
  // [round(255 * c, 3) for c in hsv_to_rgb((h + turns) % 1, s, v)] with (h, s, v) = rgb_to_hsv(...)
  test.each<[number, [number, number, number], [number, number, number]]>([
    [0.1, [200, 50, 30], [200, 152, 30]],
    [-0.25, [200, 50, 30], [135, 30, 200]],
    [0.5, [200, 50, 30], [30, 180, 200]],
    [0.1, [10, 220, 90], [10, 220, 216]],
    [-0.25, [10, 220, 90], [220, 195, 10]],
    [0.5, [10, 220, 90], [220, 10, 140]],
    [0.1, [40, 60, 250], [146, 40, 250]],
    [-0.25, [40, 60, 250], [40, 250, 125]],
    [0.5, [40, 60, 250], [250, 230, 40]],
    [0.1, [128, 128, 128], [128, 128, 128]],
    [-0.25, [255, 255, 0], [255, 0, 127.5]],
    [0.1, [90, 10, 200], [200, 10, 196]],
    [-0.25, [90, 10, 200], [10, 200, 185]],
  ])("turned by %f, %j is %j", (turns, from, to) => {
    const picture = planes(from);
    adjustHue(picture, turns);
    expectPixels(picture, to);
  });
});
