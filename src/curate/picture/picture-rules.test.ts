import sharp from "sharp";
import { expect, test } from "vitest";
import type { RgbImage } from "../../platform/platform.ts";
import { bitCount } from "./hamming-index.ts";
import { sizeFromHeader } from "./header.ts";
import { lookOf } from "./look.ts";
import { openPicture } from "./open-picture.node.ts";
import { fingerprintOf, thumbnailDistance } from "./phash.ts";

const drawn = (
  width: number,
  height: number,
  colour: (x: number, y: number) => readonly [number, number, number],
): RgbImage => ({
  data: Uint8Array.from(
    { length: width * height * 3 },
    (_, i) => colour(Math.floor(i / 3) % width, Math.floor(i / 3 / width))[i % 3]!,
  ),
  width,
  height,
});

test("a flat picture: no entropy, one colour, no edges", () => {
  const look = lookOf(drawn(8, 8, () => [51, 51, 51]));
  expect(look).toEqual({
    brightest: 0.2,
    darkest: 0.2,
    entropy: 0,
    colours: 1,
    colourShare: 0,
    laplacianVariance: 0,
    sharpness: 0,
  });
});

test("a checkerboard of black and white: one bit, two colours, the strongest edges", () => {
  const look = lookOf(drawn(10, 10, (x, y) => ((x + y) % 2 === 0 ? [0, 0, 0] : [255, 255, 255])));
  // Each Laplacian is 4 * 255 or its negative, so their variance is (4 * 255)^2; that of the brightness is 127.5^2: the ratio is 64.
  expect(look).toMatchObject({
    brightest: 1,
    darkest: 0,
    entropy: 1,
    colours: 2,
    colourShare: 0,
    laplacianVariance: 1020 ** 2,
  });
  expect(look.sharpness).toBeCloseTo(64, 10);
});

test("a quarter in red is coloured, the rest is not", () => {
  expect(lookOf(drawn(8, 8, (x, y) => (x < 4 && y < 4 ? [200, 30, 30] : [90, 95, 90]))).colourShare).toBe(0.25);
});

test("a copy of another size has nearly the same fingerprint, another picture has not", () => {
  const waves = (side: number, phase: number) =>
    drawn(side, side, (x, y) => {
      const terms = [1, 2, 3, 4, 5, 6].map(
        (k) => Math.cos((k * (x + phase)) / (side / 7) + phase * k) * Math.sin(((7 - k) * y) / (side / 5) + k * k),
      );
      const value = Math.round(128 + 18 * terms.reduce((sum, term) => sum + term));
      return [value, value, 255 - value];
    });
  const [small, large, other] = [
    fingerprintOf(waves(64, 0)),
    fingerprintOf(waves(200, 0)),
    fingerprintOf(waves(64, 20)),
  ];
  const bits = (a: typeof small, b: typeof small) => bitCount(a.hash[0] ^ b.hash[0]) + bitCount(a.hash[1] ^ b.hash[1]);
  expect(bits(small, large)).toBeLessThanOrEqual(8);
  expect(bits(small, other)).toBeGreaterThan(16);
  expect(thumbnailDistance(small.thumbnail, large.thumbnail)).toBeLessThan(12);
  expect(thumbnailDistance(new Uint8Array(192), new Uint8Array(192).fill(10))).toBe(10);
});

const png = () => sharp({ create: { width: 400, height: 30, channels: 3, background: "red" } });

test.each([
  ["png", () => png().png().toBuffer()],
  ["jpeg", () => png().jpeg().toBuffer()],
  ["gif", () => png().gif().toBuffer()],
  ["lossy webp", () => png().webp().toBuffer()],
  ["lossless webp", () => png().webp({ lossless: true }).toBuffer()],
  ["webp with alpha", () => png().ensureAlpha(0.5).webp().toBuffer()],
  ["progressive jpeg", () => png().jpeg({ progressive: true }).toBuffer()],
])("the size of a %s from its header, and the picture reduced", async (_, make) => {
  const file = new Uint8Array(await make());
  expect(sizeFromHeader(file)).toEqual({ width: 400, height: 30 });
  expect(sizeFromHeader(file.subarray(0, 16))).toBeUndefined();
  const { width, height, rgb } = await openPicture(file);
  expect([width, height, rgb.width, rgb.height]).toEqual([400, 30, 256, 19]);
});

test("an SVG has its size from the decoder; a header that promises too much is refused", async () => {
  const svg = (side: number) =>
    new TextEncoder().encode(`<svg xmlns="http://www.w3.org/2000/svg" width="${side}" height="${side}"/>`);
  expect(await openPicture(svg(40))).toMatchObject({ width: 40, height: 40 });
  const huge = new Uint8Array(await png().png().toBuffer());
  new DataView(huge.buffer).setUint32(16, 40_000_000);
  await expect(openPicture(huge)).rejects.toMatchObject({
    code: "IMAGE_TOO_LARGE",
    message:
      "openPicture: the picture has 40000000 x 30 pixels, more than the limit of 268402689\n  mend: scale the file down, or drop it from the data",
  });
});

test("a JPEG whose end is missing is none, whatever its decoder says", async () => {
  const file = new Uint8Array(await png().jpeg().toBuffer());
  await expect(openPicture(file.fill(0, file.length - 2))).rejects.toMatchObject({
    code: "JPEG_CORRUPT",
    found: "corrupt JPEG data: no end marker",
  });
});
