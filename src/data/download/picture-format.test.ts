import sharp from "sharp";
import { expect, test } from "vitest";
import { formatBytes, pictureFormat } from "./picture-format.ts";

test.each(["jpeg", "png", "webp", "gif", "tiff", "avif"] as const)(
  "%s files are known by their first bytes",
  async (format) => {
    const file = await sharp({ create: { width: 8, height: 8, channels: 3, background: "red" } })
      .toFormat(format)
      .toBuffer();
    expect(pictureFormat(file.subarray(0, formatBytes))).toBe(format);
  },
);

test.each([
  "<svg xmlns=",
  "<!doctype html>",
  "%PDF-1.7 ....",
  "RIFF....AVI ",
  "....ftypisom",
  "GIF88a",
  "\xff\xd8",
  "",
])("%j is no picture", (text) => expect(pictureFormat(Buffer.from(text, "latin1"))).toBeUndefined());
