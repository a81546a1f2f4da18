import { expect, test } from "vitest";
import { rampClass, rampCss, rampSize } from "./color.ts";

test("the lowest value takes the first colour, the highest the last", () => {
  expect([-1, -0.99, 0, 0.99, 1].map((value) => rampClass(value, -1, 1))).toEqual(["q0", "q0", "q12", "q23", "q23"]);
  expect(rampClass(0.3, 0.3, 0.3)).toBe("q23"); // one value: the strongest
  expect(rampClass(NaN, 0, 1)).toBe("q-none");
});

test("words on every colour of both grounds have a contrast of 4.5 or more", () => {
  const rules = [...rampCss().matchAll(/\.q\d+\{background:rgb\((\d+) (\d+) (\d+)\);color:(#fff|#000)\}/g)];
  expect(rules).toHaveLength(2 * rampSize);
  for (const [, r, g, b, ink] of rules) {
    const [x, y] = [luminance([Number(r), Number(g), Number(b)]), ink === "#fff" ? 1 : 0].sort((p, q) => q - p);
    expect((x! + 0.05) / (y! + 0.05)).toBeGreaterThanOrEqual(4.5);
  }
});

/** WCAG 2.2, relative luminance. */
function luminance(rgb: readonly number[]): number {
  const [r, g, b] = rgb.map((c) => (c / 255 <= 0.04045 ? c / 255 / 12.92 : ((c / 255 + 0.055) / 1.055) ** 2.4));
  return 0.2126 * r! + 0.7152 * g! + 0.0722 * b!;
}
