import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { decodeImage } from "../../platform/node/image.ts";
import { readSafetensors } from "../safetensors.ts";
import { resizeImage, type Filter } from "./resample.ts";

const folder = new URL("../../../fixtures/golden/image_processing/", import.meta.url);
const bytes = (name: string) => new Uint8Array(readFileSync(new URL(name, folder)));
const filters: readonly Filter[] = ["nearest", "box", "bilinear", "hamming", "bicubic", "lanczos"];

describe("resizeImage equals Pillow's", () => {
  const golden = [...readSafetensors(bytes("pil_resize.uint8.safetensors")).tensors];
  test("every filter has a fixture", () => {
    expect(new Set(golden.map(([name]) => name.split(".")[1]))).toEqual(new Set(filters));
  });

  test.each(golden)("%s", async (name, want) => {
    const [photo, filter] = name.split(".");
    const [height = 0, width = 0] = want.shape;
    const image = await decodeImage(bytes(`${photo}.png`));
    const resized = resizeImage(
      image,
      { width, height },
      filters.find((known) => known === filter)!,
    );
    expect([resized.width, resized.height]).toEqual([width, height]);
    expect(
      Buffer.from(resized.data).equals(Buffer.from(want.data.buffer, want.data.byteOffset, want.data.byteLength)),
    ).toBe(true);
  });
});

test.each(filters)("%s: a window of the result equals that part of the whole result", async (filter) => {
  const image = await decodeImage(bytes("rocket.png"));
  const size = { width: 91, height: 67 };
  const window = { left: 20, top: 11, width: 30, height: 41 };
  const whole = resizeImage(image, size, filter);
  const part = resizeImage(image, size, filter, window);
  const expected = Array.from({ length: window.height }, (_, y) => {
    const from = ((window.top + y) * size.width + window.left) * 3;
    return [...whole.data.subarray(from, from + window.width * 3)];
  });
  expect([...part.data]).toEqual(expected.flat());
});
