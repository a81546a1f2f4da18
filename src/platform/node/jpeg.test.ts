import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import type { RgbImage } from "../platform.ts";
import { cut } from "./cut.ts";
import { decodeImage, decodeWithSharp } from "./image.ts";
import { decodeJpeg, decodeJpegHere } from "./jpeg.ts";
import { jpegLibrary } from "./jpeg-library.ts";

const fixtures = new URL("../../../fixtures/golden/", import.meta.url);
const read = (path: string): Uint8Array => new Uint8Array(readFileSync(new URL(path, fixtures)));
const names = readdirSync(new URL("jpeg_decode/", fixtures)).filter((name) => name.endsWith(".jpg"));

const anySize = Infinity;

const digest = (data: Uint8Array): string => createHash("sha256").update(data).digest("hex");

/** A picture that is quick to compare. */
const summary = (image: RgbImage | undefined): unknown => image && { ...image, data: digest(image.data) };

/** Pixels, or the error's code and text. */
const outcome = (decoding: Promise<RgbImage>): Promise<unknown> =>
  decoding.then(summary, (error: unknown) => (error instanceof Error ? error.message : error));

/** A file with EXIF's tag of orientation. */
function oriented(jpeg: Uint8Array, orientation: number): Uint8Array {
  const exif = [0x45, 0x78, 0x69, 0x66, 0, 0];
  const tiff = [0x4d, 0x4d, 0, 42, 0, 0, 0, 8, 0, 1, 0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, orientation, 0, 0, 0, 0, 0, 0];
  const segment = [...exif, ...tiff];
  return Uint8Array.of(0xff, 0xd8, 0xff, 0xe1, 0, 2 + segment.length, ...segment, ...jpeg.subarray(2));
}

test("the library is installed on Linux", () => {
  expect(jpegLibrary()?.origin).toBe(process.platform === "linux" ? "@julusian/jpeg-turbo" : undefined);
});

test("the fixtures are there", () => expect(names).toHaveLength(13));

describe.skipIf(jpegLibrary() === null)("JPEG files by TurboJPEG", () => {
  test.each(names)("%s has Pillow's pixels, and sharp's", async (name) => {
    const jpeg = read(`jpeg_decode/${name}`);
    const image = await decodeJpeg(jpeg, anySize);
    expect(image && digest(image.data)).toBe(digest(read(`jpeg_decode/${name}.rgb`)));
    expect(summary(image)).toEqual(summary(await decodeWithSharp(jpeg)));
  });

  test("a picture that EXIF turns is left to sharp; decodeImage turns it", async () => {
    const jpeg = read("jpeg_decode/420.jpg");
    expect(summary(await decodeJpeg(oriented(jpeg, 1), anySize))).toEqual(summary(await decodeWithSharp(jpeg)));
    for (let orientation = 2; orientation <= 8; orientation++) {
      const turned = oriented(jpeg, orientation);
      expect(await decodeJpeg(turned, anySize)).toBeUndefined();
      const image = await decodeImage(turned);
      expect([image.width, image.height]).toEqual(orientation < 5 ? [61, 43] : [43, 61]);
      expect(summary(image)).toEqual(summary(await decodeWithSharp(turned)));
    }
  });

  test("a view into a larger buffer is decoded where it starts", async () => {
    const jpeg = read("jpeg_decode/420_large.jpg");
    const padded = new Uint8Array(jpeg.length + 100).fill(0xff);
    padded.set(jpeg, 33);
    const image = await decodeJpeg(padded.subarray(33, 33 + jpeg.length), anySize);
    expect(summary(image)).toEqual(summary(await decodeWithSharp(jpeg)));
  });

  test("CMYK, other formats and pictures beyond the limit are left to sharp", async () => {
    const large = read("jpeg_decode/420_large.jpg");
    expect(await decodeJpeg(read("image_decode/cmyk.jpg"), anySize)).toBeUndefined();
    expect(await decodeJpeg(read("image_decode/rgb.png"), anySize)).toBeUndefined();
    expect(await decodeJpeg(new Uint8Array(), anySize)).toBeUndefined();
    expect(await decodeJpeg(large, 305 * 215 - 1)).toBeUndefined();
    expect(await decodeJpeg(large, 305 * 215)).toMatchObject({ width: 305, height: 215 });
    await expect(decodeImage(large, { maxPixels: 305 * 215 - 1 })).rejects.toMatchObject({ code: "IMAGE_TOO_LARGE" });
  });

  test.each(["420.jpg", "420_progressive.jpg", "420_restart.jpg", "420_large.jpg"])(
    "%s, cut off anywhere or with a byte changed, gives what sharp gives",
    async (name) => {
      const jpeg = read(`jpeg_decode/${name}`);
      for (let at = 2; at < jpeg.length; at += Math.floor(jpeg.length / 12)) {
        const cut = jpeg.subarray(0, at);
        expect(await decodeJpeg(cut, anySize)).toBeUndefined();
        await expect(decodeImage(cut)).rejects.toMatchObject({ code: "IMAGE_NOT_DECODABLE" });
        const changed = jpeg.with(at, jpeg[at]! ^ 0x55);
        expect(await outcome(decodeImage(changed))).toEqual(await outcome(decodeWithSharp(changed)));
      }
    },
  );

  test.each([1, 2] as const)("decoded here, a region is within what is given: 1/%i", async (shrink) => {
    const jpeg = read("jpeg_decode/420_large.jpg");
    const region = { left: 37, top: 21, width: 101, height: 70, shrink };
    const memory = new Uint8Array(2 ** 20);
    const here = decodeJpegHere(jpeg, anySize, region, (bytes) => memory.subarray(0, bytes));
    expect(here?.data.buffer).toBe(memory.buffer);
    const { left, top } = here!.rectangle;
    const part = cut(here!, { ...region, left: region.left - left, top: region.top - top });
    expect(summary(part)).toEqual(summary(await decodeJpeg(jpeg, anySize, () => region)));
    expect(decodeJpegHere(jpeg.subarray(0, 2000), anySize, region, () => memory)).toBeUndefined();
    expect(decodeJpegHere(oriented(jpeg, 6), anySize, region, () => memory)).toBeUndefined();
  });

  test("many at once, more than the foreign function interface has places for", async () => {
    const jpeg = read("jpeg_decode/420_large.jpg");
    const want = await decodeWithSharp(jpeg);
    const images = await Promise.all(Array.from({ length: 400 }, () => decodeJpeg(jpeg, anySize)));
    expect(images.filter((image) => image === undefined || Buffer.compare(image.data, want.data) !== 0)).toEqual([]);
  });

  test("ten thousand decodings, half of them broken, leave no memory behind", async () => {
    const whole = read("jpeg_decode/one.jpg");
    const broken = whole.subarray(0, whole.length - 4);
    const decodeMany = async (count: number): Promise<void> => {
      for (let i = 0; i < count; i++) await decodeJpeg(i % 2 === 0 ? whole : broken, anySize);
    };
    await decodeMany(2000);
    const before = process.memoryUsage.rss();
    await decodeMany(10_000);
    // One decompressor is 3 KB, what a decoding allocates for one pixel 20 KB more.
    expect(process.memoryUsage.rss() - before).toBeLessThan(15_000_000);
  });
});
