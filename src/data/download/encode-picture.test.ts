import sharp, { type Sharp } from "sharp";
import { describe, expect, test } from "vitest";
import { encodePicture, type PictureRules } from "./encode-picture.node.ts";

const rules: PictureRules = {
  resize: "keep_ratio",
  size: 100,
  encoding: "png",
  quality: 90,
  minSide: 1,
  maxAspect: 1000,
  maxPixels: 1_000_000,
};

/** The left half red, the right half blue. */
const twoHalves = (width: number, height: number): Sharp =>
  sharp({ create: { width, height, channels: 3, background: "red" } }).composite([
    {
      input: { create: { width: width / 2, height, channels: 3, background: "blue" } },
      left: width / 2,
      top: 0,
    },
  ]);

/** The colour of a pixel, each channel to the nearest of 0, 128 and 255. */
async function colourAt(file: Uint8Array, x: number, y: number): Promise<string> {
  const { data, info } = await sharp(file).raw().toBuffer({ resolveWithObject: true });
  expect(info.channels).toBe(3);
  const at = (y * info.width + x) * 3;
  return [...data.subarray(at, at + 3)].map((value) => Math.round(value / 127.5) * 127.5).join(",");
}

const red = "255,0,0";
const blue = "0,0,255";
const white = "255,255,255";

describe("resizing", () => {
  test("keeps the shape and never enlarges", async () => {
    const large = await encodePicture(await twoHalves(400, 200).png().toBuffer(), rules);
    expect(large).toMatchObject({ width: 200, height: 100, original: { width: 400, height: 200 } });
    expect([await colourAt(large.bytes, 10, 50), await colourAt(large.bytes, 190, 50)]).toEqual([red, blue]);
    const small = await encodePicture(await twoHalves(80, 40).png().toBuffer(), rules);
    expect(small).toMatchObject({ width: 80, height: 40 });
  });

  test("cuts out the middle", async () => {
    const { bytes, ...size } = await encodePicture(await twoHalves(400, 200).png().toBuffer(), {
      ...rules,
      resize: "center_crop",
    });
    expect(size).toMatchObject({ width: 100, height: 100 });
    expect([await colourAt(bytes, 45, 50), await colourAt(bytes, 55, 50)]).toEqual([red, blue]);
  });

  test("puts white borders around the middle", async () => {
    const { bytes, ...size } = await encodePicture(await twoHalves(400, 200).png().toBuffer(), {
      ...rules,
      resize: "border",
    });
    expect(size).toMatchObject({ width: 100, height: 100 });
    const colours = [
      colourAt(bytes, 20, 20),
      colourAt(bytes, 20, 50),
      colourAt(bytes, 80, 50),
      colourAt(bytes, 20, 80),
    ];
    expect(await Promise.all(colours)).toEqual([white, red, blue, white]);
  });
});

describe("what is kept", () => {
  test("pictures stand upright, and where they were taken is not kept", async () => {
    const turned = await twoHalves(400, 200)
      .jpeg({ quality: 100 })
      .withMetadata({ orientation: 6 })
      .withExifMerge({ IFD3: { GPSLatitudeRef: "N" } })
      .toBuffer();
    const { bytes, ...size } = await encodePicture(turned, { ...rules, encoding: "jpeg" });
    expect(size).toMatchObject({ width: 100, height: 200, original: { width: 200, height: 400 } });
    expect([await colourAt(bytes, 50, 20), await colourAt(bytes, 50, 180)]).toEqual([red, blue]);
    const metadata = await sharp(bytes).metadata();
    expect([metadata.format, metadata.exif, metadata.orientation]).toEqual(["jpeg", undefined, undefined]);
  });

  test("transparent, grey and animated pictures become RGB", async () => {
    const clear = sharp({ create: { width: 20, height: 20, channels: 4, background: { r: 9, g: 9, b: 9, alpha: 0 } } });
    expect(await colourAt((await encodePicture(await clear.png().toBuffer(), rules)).bytes, 10, 10)).toBe(white);
    const grey = await twoHalves(20, 20).greyscale().png().toBuffer();
    await colourAt((await encodePicture(grey, rules)).bytes, 0, 0); // says that there are three channels
    const frame = await twoHalves(20, 20).gif().toBuffer();
    expect(await colourAt((await encodePicture(frame, rules)).bytes, 2, 10)).toBe(red);
  });

  test("the original stays as it came, but it must be whole", async () => {
    const file = new Uint8Array(await twoHalves(400, 200).jpeg().toBuffer());
    const original: PictureRules = { ...rules, resize: "no", encoding: "original" };
    expect(await encodePicture(file, original)).toEqual({
      bytes: file,
      width: 400,
      height: 200,
      original: { width: 400, height: 200 },
    });
    await expect(encodePicture(file.subarray(0, file.length - 300), original)).rejects.toMatchObject({
      reason: "PICTURE_BROKEN",
    });
  });
});

describe("what is refused", () => {
  const file = twoHalves(400, 200).png().toBuffer();
  test.each([
    [{ maxPixels: 79_999 }, "TOO_MANY_PIXELS", "400 x 200 pixels, the limit is 79999"],
    [{ minSide: 201 }, "TOO_SMALL", "400 x 200 pixels, the limit is 201"],
    [{ maxAspect: 1.9 }, "ASPECT_RATIO", "400 x 200 pixels, the limit is 1.9 to 1"],
  ])("%j", async (change, reason, message) => {
    await expect(encodePicture(await file, { ...rules, ...change })).rejects.toMatchObject({ reason, message });
  });

  test("pictures of exactly the limits are taken", async () => {
    const limits = { maxPixels: 80_000, minSide: 200, maxAspect: 2 };
    expect(await encodePicture(await file, { ...rules, ...limits })).toMatchObject({ width: 200 });
  });

  test("a small file that claims a gigapixel is refused before it is decoded", async () => {
    const png = Buffer.from(await file);
    png.writeUInt32BE(40_000, 16); // width in the header
    png.writeUInt32BE(40_000, 20);
    await expect(encodePicture(png, rules)).rejects.toMatchObject({ reason: "TOO_MANY_PIXELS" });
  });

  test.each(["jpeg", "png", "webp", "gif", "tiff", "avif"] as const)("half a %s", async (format) => {
    const noise = sharp({
      create: {
        width: 300,
        height: 200,
        channels: 3,
        background: "white",
        noise: { type: "gaussian", mean: 128, sigma: 50 },
      },
    });
    const whole = await noise.toFormat(format).toBuffer();
    await expect(encodePicture(whole.subarray(0, whole.length >> 1), rules)).rejects.toMatchObject({
      reason: "PICTURE_BROKEN",
    });
  });
});
