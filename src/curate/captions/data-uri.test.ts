import { readFile } from "node:fs/promises";
import { join } from "node:path";
import sharp from "sharp";
import { expect, test } from "vitest";
import { platform } from "#platform";
import { dataUri } from "./data-uri.ts";

const decoded = async (uri: string) => {
  expect(uri).toMatch(/^data:image\/png;base64,/);
  return platform.decodeImage(Buffer.from(uri.slice(uri.indexOf(",") + 1), "base64"));
};

test("JPEG, PNG and WebP go as they are", async () => {
  const pixels = sharp({ create: { width: 3, height: 2, channels: 3, background: "#369" } });
  for (const kind of ["jpeg", "png", "webp"] as const) {
    const bytes = await pixels.clone().toFormat(kind).toBuffer();
    expect(await dataUri(new Uint8Array(bytes))).toBe(`data:image/${kind};base64,${bytes.toString("base64")}`);
  }
});

test("other kinds and decoded pictures go as PNG, pixel by pixel", async () => {
  const data = Uint8Array.from({ length: 4 * 3 * 3 }, (_, i) => (i * 7) % 256);
  const image = { data, width: 4, height: 3 };
  expect(await decoded(await dataUri(image))).toEqual(image);
  const tiff = await sharp(data, { raw: { width: 4, height: 3, channels: 3 } })
    .tiff({ compression: "none" })
    .toBuffer();
  expect(await decoded(await dataUri(new Uint8Array(tiff)))).toEqual(image);
});

test("large pictures are reduced, with their colours in place", async () => {
  const half = (colour: string) => ({ create: { width: 800, height: 400, channels: 3, background: colour } as const });
  const bytes = await sharp(half("#ff0000")).extend({ right: 800, background: "#0000ff" }).raw().toBuffer();
  const { width, height, data } = await decoded(
    await dataUri({ data: new Uint8Array(bytes), width: 1600, height: 400 }),
  );
  expect([width, height]).toEqual([768, 192]);
  expect([...data.subarray(0, 3), ...data.subarray(-3)]).toEqual([255, 0, 0, 0, 0, 255]);
});

test("says so if the file is no picture", async () => {
  const text = await readFile(join("fixtures", "data", "pictures", "cat.txt"));
  await expect(dataUri(new Uint8Array(text))).rejects.toMatchObject({ code: "IMAGE_NOT_DECODABLE" });
});
