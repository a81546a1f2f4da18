import { readFileSync } from "node:fs";
import sharp from "sharp";
import { describe, expect, test } from "vitest";
import { orientationOf } from "../../platform/jpeg-orientation.ts";
import { decodeShrunk, jpegSize } from "./jpeg-shrink.ts";

const fixture = (name: string): Uint8Array =>
  new Uint8Array(readFileSync(new URL(`../../../fixtures/golden/image_decode/${name}`, import.meta.url)));

/** A JPEG file, red on its left half and blue on its right. */
async function halves(width: number, height: number, orientation?: number): Promise<Uint8Array> {
  const blue = { create: { width: width / 2, height, channels: 3, background: "blue" } } as const;
  const picture = sharp({ create: { width, height, channels: 3, background: "red" } });
  const jpeg = picture.composite([{ input: blue, left: width / 2, top: 0 }]).jpeg();
  return new Uint8Array(await (orientation ? jpeg.withMetadata({ orientation }) : jpeg).toBuffer());
}

describe("the size of a JPEG file", () => {
  test("is that of the upright picture", async () => {
    expect(jpegSize(fixture("exif6.jpg"))).toEqual({ width: 24, height: 32 }); // stored as 32 x 24
    expect(orientationOf(fixture("exif6.jpg"))).toBe(6);
    expect(jpegSize(fixture("rgb.jpg"))).toEqual({ width: 32, height: 24 });
    expect(orientationOf(fixture("rgb.jpg"))).toBe(1);
    expect(orientationOf(await halves(32, 16, 8))).toBe(8);
  });

  test("is unknown of other files, and of a header that is cut off", () => {
    expect(jpegSize(fixture("rgb.png"))).toBeUndefined();
    expect(jpegSize(fixture("rgb.jpg").subarray(0, 20))).toBeUndefined();
    expect(orientationOf(fixture("exif6.jpg").subarray(0, 30))).toBe(1);
  });
});

test.each([3.9, 4, 5, 8, 10])("decoded %f times smaller, the halves stay where they are", async (by) => {
  const { data, width, height } = await decodeShrunk(await halves(1440, 724), () => by);
  expect([width, height]).toEqual([1440 / Math.floor(by), Math.ceil(724 / Math.floor(by))]);
  const middle = data.subarray(3 * width * Math.floor(height / 2));
  const isRed = (x: number): boolean => middle[3 * x]! > 200 && middle[3 * x + 2]! < 60;
  const isBlue = (x: number): boolean => middle[3 * x]! < 60 && middle[3 * x + 2]! > 200;
  expect([isRed(0), isRed(width / 2 - 3), isBlue(width / 2 + 2), isBlue(width - 1)]).toEqual([true, true, true, true]);
});

test("a turned picture is turned, not squeezed", async () => {
  const { data, width, height } = await decodeShrunk(await halves(320, 160, 6), () => 4);
  expect([width, height]).toEqual([40, 80]);
  expect([...data.subarray(0, 3)].map((value) => value > 128)).toEqual([true, false, false]); // red on top
  expect([...data.subarray(-3)].map((value) => value > 128)).toEqual([false, false, true]);
});

test.each([0.5, 1, 2.9])("a picture that can be decoded but %f times smaller is decoded whole", async (by) => {
  expect(await decodeShrunk(await halves(320, 160), () => by)).toMatchObject({ width: 320, height: 160 });
});

test("other formats are decoded whole", async () => {
  const asked: unknown[] = [];
  const shrink = (size: unknown): number => asked.push(size) && 8;
  expect(await decodeShrunk(fixture("rgb.png"), shrink)).toMatchObject({ width: 32, height: 24 });
  expect(asked).toEqual([]);
});
