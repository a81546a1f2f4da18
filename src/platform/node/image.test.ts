import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import sharp from "sharp";
import { describe, expect, test } from "vitest";
import { decodeImage, decodeWithSharp, encodePng } from "./image.ts";

const folder = new URL("../../../fixtures/golden/image_decode/", import.meta.url);
const read = (name: string) => new Uint8Array(readFileSync(new URL(name, folder)));
const svg = (text: string) => new TextEncoder().encode(`<svg xmlns="http://www.w3.org/2000/svg" ${text}</svg>`);
const maxDifference = (a: Uint8Array, b: Uint8Array) =>
  a.reduce((max, value, i) => Math.max(max, Math.abs(value - b[i]!)), 0);

const names = readdirSync(folder).flatMap((name) => (name.endsWith(".rgb") ? [name.slice(0, -".rgb".length)] : []));

describe("decodeImage", () => {
  test("the fixtures are there", () => expect(names).toHaveLength(17));

  test.each(names)("%s equals Pillow's pixels", async (name) => {
    const { data, width, height } = await decodeImage(read(name));
    expect([width, height]).toEqual(name === "exif6.jpg" ? [24, 32] : [32, 24]); // orientation 6 is a quarter turn
    const want = read(`${name}.rgb`);
    expect(data).toHaveLength(want.length);
    // Soft alpha: the two libraries round the blend differently.
    expect(maxDifference(data, want)).toBeLessThanOrEqual(name === "rgba_soft.png" ? 1 : 0);
  });

  test("CMYK becomes three channels", async () => {
    const { data, width, height } = await decodeImage(read("cmyk.jpg"));
    expect([data.length, width, height]).toEqual([32 * 24 * 3, 32, 24]);
  });

  test("the background shows under transparent pixels", async () => {
    const { data } = await decodeImage(read("rgba.png"), { background: [10, 20, 30] });
    expect([...data.subarray(0, 3)]).toEqual([10, 20, 30]);
  });

  test("an SVG is drawn at the size asked for, not enlarged from its own", async () => {
    const halves = svg(
      `width="4" height="4"><rect width="2" height="4" fill="red"/><rect x="2" width="2" height="4" fill="blue"/>`,
    );
    const { data, width, height } = await decodeImage(halves, { resize: { width: 64, height: 64, fit: "fill" } });
    expect([width, height]).toEqual([64, 64]);
    const row = Array.from({ length: 64 }, (_, x) => data.subarray(x * 3, x * 3 + 3).join());
    expect(new Set(row)).toEqual(new Set(["255,0,0", "0,0,255"])); // a sharp edge: no mixed colours
  });

  test("cover keeps the aspect ratio and crops the centre; fill stretches", async () => {
    const thirds = svg(
      `width="90" height="30"><rect width="90" height="30" fill="red"/><rect x="30" width="30" height="30" fill="lime"/>`,
    );
    const corner = async (fit: "cover" | "fill") => {
      const image = await decodeImage(thirds, { resize: { width: 30, height: 30, fit } });
      expect([image.width, image.height]).toEqual([30, 30]);
      return [...image.data.subarray(0, 3)];
    };
    expect(await corner("cover")).toEqual([0, 255, 0]);
    expect(await corner("fill")).toEqual([255, 0, 0]);
  });

  describe("of a JPEG photograph", async () => {
    const photo = new Uint8Array(
      await sharp(fileURLToPath(new URL("../image_processing/chelsea.png", folder)))
        .jpeg({ quality: 90 })
        .toBuffer(),
    ); // 320 x 200

    test.each([
      [100, 100, "cover"],
      [60, 40, "cover"],
      [20, 50, "cover"],
      [75, 75, "fill"],
      [320, 200, "fill"],
      [400, 300, "cover"],
    ] as const)("resized to %d x %d, %s, looks as sharp's", async (width, height, fit) => {
      const image = await decodeImage(photo, { resize: { width, height, fit } });
      const want = await decodeWithSharp(photo, { resize: { width, height, fit } });
      expect([image.width, image.height, image.data.length]).toEqual([width, height, want.data.length]);
      const sum = image.data.reduce((total, value, i) => total + Math.abs(value - want.data[i]!), 0);
      expect(sum / want.data.length).toBeLessThan(4); // levels: half a pixel of this cat's fur
    });

    test("a region is the same part of the whole, whoever decodes it", async () => {
      const region = { left: 13, top: 7, width: 90, height: 80, shrink: 1 } as const;
      const whole = await decodeImage(photo);
      for (const part of [await decodeImage(photo, { region }), await decodeWithSharp(photo, { region })]) {
        const rows = Array.from({ length: 80 }, (_, y) => {
          const start = ((7 + y) * 320 + 13) * 3;
          return Buffer.compare(part.data.subarray(y * 270, y * 270 + 270), whole.data.subarray(start, start + 270));
        });
        expect([part.width, part.height, ...new Set(rows)]).toEqual([90, 80, 0]);
      }
    });
  });

  test("refuses a huge picture from its header, naming both numbers", async () => {
    await expect(decodeImage(read("rgb.png"), { maxPixels: 767 })).rejects.toMatchObject({
      code: "IMAGE_TOO_LARGE",
      message: expect.stringContaining("the picture has 32 x 24 pixels, more than the limit of 767"),
    });
    await expect(decodeImage(read("rgb.png"), { maxPixels: 768 })).resolves.toMatchObject({ width: 32 });
    await expect(decodeImage(svg(`width="30000" height="30000">`))).rejects.toMatchObject({ code: "IMAGE_TOO_LARGE" });
  });

  test.each([
    ["nothing", new Uint8Array()],
    ["text", new TextEncoder().encode("not a picture")],
    ["a truncated JPEG", read("rgb.jpg").subarray(0, 500)],
    ["a truncated PNG", read("rgba.png").subarray(0, 80)],
    ["a broken SVG", svg(`<`)],
  ])("refuses %s", async (_, bytes) => {
    await expect(decodeImage(bytes)).rejects.toMatchObject({
      code: "IMAGE_NOT_DECODABLE",
      message: expect.stringMatching(
        new RegExp(`^decodeImage: ${bytes.length} bytes are not a whole PNG, .*\\n  mend: replace the file`),
      ),
    });
  });

  test("refuses a PNG with flipped bits", async () => {
    const png = await sharp({
      create: {
        width: 64,
        height: 64,
        channels: 3,
        background: "red",
        noise: { type: "gaussian", mean: 128, sigma: 30 },
      },
    })
      .png()
      .toBuffer();
    png[png.length >> 1]! ^= 0xff;
    await expect(decodeImage(png)).rejects.toMatchObject({ code: "IMAGE_NOT_DECODABLE" });
  });
});

test("encodePng keeps every pixel", async () => {
  const image = { data: Uint8Array.from({ length: 5 * 3 * 3 }, (_, i) => (i * 37) % 256), width: 5, height: 3 };
  const png = await encodePng(image);
  expect([...png.subarray(0, 4)]).toEqual([0x89, 0x50, 0x4e, 0x47]);
  expect(await decodeImage(png)).toEqual(image);
});
