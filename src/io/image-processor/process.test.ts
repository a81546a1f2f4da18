import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { decodeImage, encodePng } from "../../platform/node/image.ts";
import type { RgbImage } from "../../platform/platform.ts";
import type { HostTensor } from "../../platform/session.ts";
import { readSafetensors } from "../safetensors.ts";
import { parseImageProcessor } from "./config.ts";
import { normalizePixels, stackPixels } from "./pixels.ts";
import { loadImage, processImage } from "./process.ts";

const folder = new URL("../../../fixtures/golden/image_processing/", import.meta.url);
const bytes = (name: string) => new Uint8Array(readFileSync(new URL(name, folder)));
const golden = (kind: "uint8" | "pixel_values") =>
  readdirSync(folder).flatMap((file) => {
    const processor =
      file.endsWith(`.${kind}.safetensors`) && !file.startsWith("pil_") ? file.split(".")[0]! : undefined;
    return processor
      ? [...readSafetensors(bytes(file)).tensors].map(([photo, want]) => ({ processor, photo, want }))
      : [];
  });
const processorOf = (name: string) =>
  parseImageProcessor(JSON.parse(new TextDecoder().decode(bytes(`${name}.preprocessor_config.json`))));
const differing = (got: HostTensor, want: HostTensor) => got.data.findIndex((value, i) => value !== want.data[i]);

describe("exact: equal to the reference processors", () => {
  test("the fixtures are there", () => {
    expect(golden("uint8")).toHaveLength(26);
    expect(golden("pixel_values")).toHaveLength(8);
  });

  test.each(golden("uint8"))("$processor, $photo: every byte", async ({ processor, photo, want }) => {
    const image = await loadImage(bytes(`${photo}.png`), processorOf(processor), "exact", decodeImage);
    const pixels = stackPixels([image]);
    expect(pixels.shape).toEqual(want.shape);
    expect(differing(pixels, want)).toBe(-1);
  });

  test.each(golden("pixel_values"))("$processor, $photo: every float", async ({ processor, photo, want }) => {
    const image = await loadImage(bytes(`${photo}.png`), processorOf(processor), "exact", decodeImage);
    const values = normalizePixels(stackPixels([image]), processorOf(processor));
    expect(values.shape).toEqual(want.shape);
    expect(differing(values, want)).toBe(-1);
  });
});

describe("fast: the codec resizes", () => {
  test.each(["clip48", "siglip48", "vit48"])("%s is near the exact result and of the same shape", async (name) => {
    const exact = await loadImage(bytes("astronaut.png"), processorOf(name), "exact", decodeImage);
    const fast = await loadImage(bytes("astronaut.png"), processorOf(name), "fast", decodeImage);
    expect([fast.width, fast.height]).toEqual([exact.width, exact.height]);
    const total = fast.data.reduce((sum, value, i) => sum + Math.abs(value - exact.data[i]!), 0);
    const mean = total / fast.data.length;
    expect(mean).toBeGreaterThan(0); // it is not the exact code
    expect(mean).toBeLessThan(2);
  });

  test("asks the codec for the crop's aspect, and for the whole where it cannot resize as asked", async () => {
    const asked: unknown[] = [];
    const decode: typeof decodeImage = (file, options) => {
      asked.push(options?.resize);
      return decodeImage(file, options);
    };
    const png = await encodePng({ data: new Uint8Array(30 * 20 * 3), width: 30, height: 20 });
    const sized = async (config: object) => {
      const { width, height } = await loadImage(png, parseImageProcessor(config), "fast", decode);
      return [width, height];
    };
    const clip = { image_processor_type: "CLIPImageProcessor" };
    expect(await sized({ ...clip, size: 12, crop_size: 8 })).toEqual([8, 8]);
    expect(await sized({ ...clip, size: 12, crop_size: 16 })).toEqual([16, 16]);
    expect(await sized({ ...clip, size: 12, do_center_crop: false })).toEqual([18, 12]);
    expect(await sized({ ...clip, size: { width: 5, height: 7 }, crop_size: 4 })).toEqual([4, 4]);
    expect(asked).toEqual([
      { width: 12, height: 12, fit: "cover" },
      undefined,
      undefined,
      { width: 5, height: 7, fit: "fill" },
    ]);
  });
});

describe("processImage", () => {
  /** Every pixel carries its place: red its column, green its row. */
  const card = (width: number, height: number): RgbImage => ({
    data: Uint8Array.from({ length: width * height * 3 }, (_, i) =>
      i % 3 === 0 ? Math.floor(i / 3) % width : i % 3 === 1 ? Math.floor(i / 3 / width) : 255,
    ),
    width,
    height,
  });
  const at = ({ data, width }: RgbImage, x: number, y: number) => [
    ...data.subarray((y * width + x) * 3, (y * width + x) * 3 + 3),
  ];

  test("crops the centre, and surrounds a smaller picture with black, as much right as left or one more", () => {
    const crop = parseImageProcessor({
      image_processor_type: "CLIPImageProcessor",
      do_resize: false,
      crop_size: { height: 4, width: 4 },
    });
    const cropped = processImage(card(7, 9), crop);
    expect([cropped.width, cropped.height, at(cropped, 0, 0), at(cropped, 3, 3)]).toEqual([
      4,
      4,
      [1, 2, 255],
      [4, 5, 255],
    ]);
    const padded = processImage(card(3, 6), crop);
    expect([at(padded, 0, 0), at(padded, 1, 0), at(padded, 3, 3)]).toEqual([
      [0, 0, 0],
      [0, 1, 255],
      [2, 4, 255],
    ]);
  });

  test("a picture that has the size already is left alone", () => {
    const image = card(8, 8);
    expect(
      processImage(
        image,
        parseImageProcessor({ image_processor_type: "SiglipImageProcessor", size: { height: 8, width: 8 } }),
      ),
    ).toBe(image);
  });

  test("an extremely long picture costs what its crop costs", () => {
    const thread = { data: new Uint8Array(60_000 * 3).fill(77), width: 1, height: 60_000 }; // 224 x 13,440,000 when resized
    const cropped = processImage(thread, parseImageProcessor({ image_processor_type: "CLIPImageProcessor" }));
    expect([cropped.width, cropped.height, new Set(cropped.data)]).toEqual([224, 224, new Set([77])]);
  });
});
