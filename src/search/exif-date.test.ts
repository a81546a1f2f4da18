import sharp, { type Exif } from "sharp";
import { expect, test } from "vitest";
import { exifDate } from "./exif-date.ts";

/** EXIF as libvips writes it. */
async function exifOf(exif: Exif): Promise<Uint8Array> {
  const picture = sharp({ create: { width: 4, height: 4, channels: 3, background: "red" } });
  const { exif: written } = await sharp(await picture.withExif(exif).jpeg().toBuffer()).metadata();
  return new Uint8Array(written!);
}

test("takes the date of the picture, before that of the file", async () => {
  const exif = { IFD0: { DateTime: "2024:01:02 03:04:05" }, IFD2: { DateTimeOriginal: "2019:08:17 14:02:11" } };
  expect(exifDate(await exifOf(exif))).toBe(Date.UTC(2019, 7, 17, 14, 2, 11));
  expect(exifDate(await exifOf({ IFD0: exif.IFD0 }))).toBe(Date.UTC(2024, 0, 2, 3, 4, 5));
});

test("reads big-endian blocks without the mark", () => {
  // MM, 42, directory at 8: one entry 0x0132, text of 20 bytes at 26.
  const text = "2001:02:03 04:05:06\0";
  const bytes = [0x4d, 0x4d, 0, 42, 0, 0, 0, 8, 0, 1, 0x01, 0x32, 0, 2, 0, 0, 0, 20, 0, 0, 0, 26, 0, 0, 0, 0];
  expect(exifDate(Uint8Array.of(...bytes, ...new TextEncoder().encode(text)))).toBe(Date.UTC(2001, 1, 3, 4, 5, 6));
});

test("knows no date where there is none, or only damage", async () => {
  expect(exifDate(await exifOf({ IFD0: { Copyright: "nobody" } }))).toBeUndefined();
  expect(exifDate(await exifOf({ IFD0: { DateTime: "0000:00:00 00:00:00" } }))).toBeUndefined();
  const whole = await exifOf({ IFD0: { DateTime: "2024:01:02 03:04:05" } });
  for (let length = 0; length < 24; length++) expect(exifDate(whole.subarray(0, length))).toBeUndefined();
});
