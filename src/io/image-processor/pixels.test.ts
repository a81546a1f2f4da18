import { expect, test } from "vitest";
import { normalizePixels, stackPixels } from "./pixels.ts";

const image = (width: number, height: number, ...data: number[]) => ({ data: Uint8Array.from(data), width, height });

test("stackPixels separates the channels", () => {
  const batch = stackPixels([image(2, 1, 1, 2, 3, 4, 5, 6), image(2, 1, 7, 8, 9, 10, 11, 12)]);
  expect(batch).toEqual({
    dtype: "uint8",
    shape: [2, 3, 1, 2],
    data: Uint8Array.of(1, 4, 2, 5, 3, 6, 7, 10, 8, 11, 9, 12),
  });
});

test("stackPixels writes to a given array", () => {
  const into = new Uint8Array(3);
  expect(stackPixels([image(1, 1, 1, 2, 3)], into).data).toBe(into);
  expect([...into]).toEqual([1, 2, 3]);
});

test("stackPixels names the picture that does not fit", () => {
  expect(() => stackPixels([image(1, 1, 0, 0, 0), image(2, 1, 0, 0, 0, 0, 0, 0)])).toThrow(
    /^stackPixels: picture 1 is 2 x 1 pixels, the first is 1 x 1\n {2}mend: process them to one size/,
  );
  expect(() => stackPixels([])).toThrow(/there are no pictures/);
});

test("normalizePixels takes each channel's own mean and deviation", () => {
  const pixels = stackPixels([image(1, 1, 0, 51, 255)]);
  const values = normalizePixels(pixels, { scale: 1 / 255, mean: [0.5, 0, 0.25], std: [0.5, 2, 0.25] });
  expect([...values.data]).toEqual([-1, Math.fround(0.1), 3]);
});
