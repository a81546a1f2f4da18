import { readFileSync } from "node:fs";
import sharp from "sharp";
import { describe, expect, test } from "vitest";
import { platform } from "#platform";
import { orientationOf } from "../../platform/jpeg-orientation.ts";
import { resampleInto, type Box } from "../image/resample.ts";
import { decodePart, jpegSize } from "./decode-part.ts";
import type { PictureSize } from "./pair-source.ts";

const fixture = (path: string): Uint8Array =>
  new Uint8Array(readFileSync(new URL(`../../../fixtures/${path}`, import.meta.url)));

/** A JPEG file, red on its left half and blue on its right. */
async function halves(width: number, height: number, orientation?: number): Promise<Uint8Array> {
  const blue = { create: { width: width / 2, height, channels: 3, background: "blue" } } as const;
  const picture = sharp({ create: { width, height, channels: 3, background: "red" } });
  const jpeg = picture.composite([{ input: blue, left: width / 2, top: 0 }]).jpeg();
  return new Uint8Array(await (orientation ? jpeg.withMetadata({ orientation }) : jpeg).toBuffer());
}

/** A photograph as a JPEG file, and with a tag that turns it. */
const photo = async (orientation = 1): Promise<Uint8Array> =>
  new Uint8Array(
    await sharp(fixture("golden/image_processing/chelsea.png"))
      .jpeg({ quality: 90 })
      .withMetadata({ orientation })
      .toBuffer(),
  );

/** Asks for a box, at a size. */
const boxOf = (box: Box, width: number, height: number) => ({ width, height, part: () => box });
const whole = (size: PictureSize): Box => ({ left: 0, top: 0, ...size });

describe("the size of a JPEG file", () => {
  test("is that of the upright picture", async () => {
    expect(jpegSize(fixture("golden/image_decode/exif6.jpg"))).toEqual({ width: 24, height: 32 }); // stored as 32 x 24
    expect(orientationOf(fixture("golden/image_decode/exif6.jpg"))).toBe(6);
    expect(jpegSize(fixture("golden/image_decode/rgb.jpg"))).toEqual({ width: 32, height: 24 });
    expect(orientationOf(fixture("golden/image_decode/rgb.jpg"))).toBe(1);
    expect(orientationOf(await halves(32, 16, 8))).toBe(8);
  });

  test("is unknown of other files, and of a header that is cut off", () => {
    expect(jpegSize(fixture("golden/image_decode/rgb.png"))).toBeUndefined();
    expect(jpegSize(fixture("golden/image_decode/rgb.jpg").subarray(0, 20))).toBeUndefined();
    expect(orientationOf(fixture("golden/image_decode/exif6.jpg").subarray(0, 30))).toBe(1);
  });
});

describe("a part of a JPEG file", () => {
  test("is decoded as small as it may be without being enlarged, and its box is where it was", async () => {
    const jpeg = await halves(640, 480);
    const sizes = [
      [224, 224, 2],
      [240, 240, 2],
      [241, 240, 1],
      [60, 60, 8],
      [61, 60, 4],
      [900, 900, 1],
    ] as const;
    for (const [width, height, shrink] of sizes) {
      const image = await decodePart(jpeg, boxOf({ left: 81, top: 0, width: 481, height: 480 }, width, height));
      const box = { left: (81 / shrink) % 1, top: 0, width: 481 / shrink, height: 480 / shrink };
      expect(image.box).toEqual(box);
      expect([image.width, image.height]).toEqual([Math.ceil(box.left + box.width), 480 / shrink]);
    }
  });

  test("at full size is the picture's own pixels", async () => {
    const jpeg = await photo();
    const { data, width } = await platform.decodeImage(jpeg);
    const box = { left: 37, top: 21, width: 101, height: 77 };
    const part = await decodePart(jpeg, boxOf(box, 101, 77));
    expect(part).toMatchObject({ width: 101, height: 77, box: { left: 0, top: 0, width: 101, height: 77 } });
    for (let y = 0; y < 77; y++) {
      const start = ((21 + y) * width + 37) * 3;
      expect(Buffer.compare(part.data.subarray(y * 303, y * 303 + 303), data.subarray(start, start + 303))).toBe(0);
    }
  });

  test.each([
    ["the whole", { left: 0, top: 0, width: 320, height: 200 }],
    ["the middle", { left: 71, top: 23, width: 180, height: 151 }],
    ["a corner", { left: 170, top: 70, width: 150, height: 130 }],
  ])("%s of a photograph, upright or turned, looks as the whole picture, cropped and resized", async (_, box) => {
    for (const [orientation, side, most] of [
      [1, 65, 2],
      [1, 50, 2],
      [1, 32, 2],
      [3, 50, 2],
    ] as const) {
      const jpeg = await photo(orientation);
      const want = new Uint8Array(3 * side * side);
      resampleInto(want, await platform.decodeImage(jpeg), box, side, side, "triangle");
      const part = await decodePart(jpeg, boxOf(box, side, side));
      expect(part.width).toBeLessThan(box.width); // something was saved
      const found = new Uint8Array(want.length);
      resampleInto(found, part, part.box!, side, side, "triangle");
      const mean = want.reduce((sum, value, i) => sum + Math.abs(value - found[i]!), 0) / want.length;
      expect(mean).toBeLessThan(most);
    }
  });

  test("a turned picture is turned, not squeezed", async () => {
    const { data, width, height } = await decodePart(await halves(320, 160, 6), { width: 40, height: 80, part: whole });
    expect([width, height]).toEqual([40, 80]);
    expect([...data.subarray(0, 3)].map((value) => value > 128)).toEqual([true, false, false]); // red on top
    expect([...data.subarray(-3)].map((value) => value > 128)).toEqual([false, false, true]);
  });

  test("is refused if the file breaks off, even below the part", async () => {
    const jpeg = await photo();
    const top = boxOf({ left: 0, top: 0, width: 64, height: 64 }, 64, 64);
    await expect(decodePart(jpeg.subarray(0, jpeg.length - 2000), top)).rejects.toMatchObject({
      code: "IMAGE_NOT_DECODABLE",
    });
    expect(await decodePart(jpeg, top)).toMatchObject({ width: 64, height: 64 });
  });
});

test("other formats are decoded whole", async () => {
  const part = (): never => {
    throw new Error("not asked");
  };
  const image = await decodePart(fixture("golden/image_decode/rgb.png"), { width: 8, height: 8, part });
  expect(image).toMatchObject({ width: 32, height: 24 });
  expect(image.box).toBeUndefined();
});
