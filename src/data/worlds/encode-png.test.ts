import sharp from "sharp";
import { expect, test } from "vitest";
import { encodePng } from "./encode-png.node.ts";

test.each([
  [1, 1],
  [3, 2],
  [128, 96],
])("a picture of %i x %i pixels is read back by libpng, pixel by pixel", async (width, height) => {
  const data = Uint8Array.from({ length: width * height * 3 }, (_, i) => (i * 7919 + (i >> 5) * 31) % 256);
  const png = await encodePng({ data, width, height });
  const { data: read, info } = await sharp(png, { failOn: "warning" }).raw().toBuffer({ resolveWithObject: true });
  expect(info).toMatchObject({ width, height, channels: 3 });
  expect(new Uint8Array(read)).toEqual(data);
  expect(await encodePng({ data, width, height })).toEqual(png);
});
