import { readdirSync, readFileSync } from "node:fs";
import sharp from "sharp";
import { expect, test } from "vitest";
import { imageSize } from "./image-size.ts";

const folder = new URL("../../../fixtures/golden/image_decode/", import.meta.url);
const files = readdirSync(folder).filter((name) => /\.(png|jpg|gif|webp)$/.test(name));
const read = (name: string): Uint8Array => new Uint8Array(readFileSync(new URL(name, folder)));

test("the fixtures are there", () => expect(files).toHaveLength(18));

test.each(files)("%s: the size in its header", (name) => {
  expect(imageSize(read(name))).toEqual({ width: 32, height: 24 }); // exif6.jpg too: what turns it stands elsewhere
});

test.each([
  ["lossy WebP", sharp({ create: { width: 300, height: 7, channels: 3, background: "red" } }).webp()],
  [
    "lossless WebP",
    sharp({ create: { width: 300, height: 7, channels: 3, background: "red" } }).webp({ lossless: true }),
  ],
  ["extended WebP", sharp({ create: { width: 300, height: 7, channels: 4, background: "#f008" } }).webp()],
])("%s", async (_, picture) => {
  expect(imageSize(await picture.toBuffer())).toEqual({ width: 300, height: 7 });
});

test.each(files)("%s: a header that is cut off has no size", (name) => {
  const bytes = read(name);
  const whole = Array.from({ length: bytes.length }, (_, end) => imageSize(bytes.subarray(0, end)) !== undefined);
  expect(whole.lastIndexOf(false)).toBe(whole.indexOf(true) - 1); // from some length on, and never before
  expect(whole.indexOf(true)).toBeGreaterThan(8);
});

test("other formats have none", () => {
  expect(
    imageSize(new TextEncoder().encode('<svg width="4" height="4" xmlns="http://www.w3.org/2000/svg"/>')),
  ).toBeUndefined();
  expect(imageSize(new Uint8Array(64))).toBeUndefined();
  expect(imageSize(new Uint8Array(64).fill(255))).toBeUndefined();
});
