import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { platform } from "#platform";
import { readSafetensors } from "../../io/safetensors.ts";
import type { RgbImage } from "../../platform/platform.ts";
import type { Filter } from "./axis-weights.ts";
import { pictureMemory, resample, resampleInto, wholeOf } from "./resample.ts";

/** A picture of one row whose red is given, green is twice and blue three times that. */
const row = (...red: number[]): RgbImage => ({
  data: Uint8Array.from(red.flatMap((value) => [value, 2 * value, 3 * value])),
  width: red.length,
  height: 1,
});

const expectClose = (actual: Float32Array, expected: readonly number[]): void => {
  expect(actual).toHaveLength(expected.length);
  expected.forEach((value, i) => expect(actual[i]).toBeCloseTo(value, 4));
};

describe("by hand", () => {
  test.each<[Filter, number[], number[]]>([
    ["box", [0, 10, 20, 60], [5, 40]],
    // Shrinking 2:1, an output pixel's triangle is 4 pixels wide: weights 3, 3, 1 (of 7) at the left end, where it is cut off.
    ["triangle", [0, 14, 28, 70], [(3 * 14 + 28) / 7, (14 + 3 * 28 + 3 * 70) / 7]],
    // Without antialiasing the centre lies between two pixels.
    ["bilinear", [0, 14, 28, 70], [7, 49]],
    // Enlarging 1:2, weights are 3/4 and 1/4, and the ends repeat.
    ["bilinear", [0, 40], [0, 10, 30, 40]],
    ["triangle", [0, 40], [0, 10, 30, 40]],
    ["box", [0, 40], [0, 0, 40, 40]],
    ["triangle", [9], [9, 9, 9]],
  ])("%s: %j to %j", (filter, from, to) => {
    const image = row(...from);
    const planes = [1, 2, 3].flatMap((factor) => to.map((value) => value * factor));
    expectClose(resample(image, wholeOf(image), to.length, 1, filter), planes);
  });

  test("columns are treated as rows are", () => {
    const image: RgbImage = { ...row(0, 14, 28, 70), width: 1, height: 4 };
    expectClose(resample(image, wholeOf(image), 1, 2, "triangle").subarray(0, 2), [10, 308 / 7]);
  });

  test("mirrored", () => {
    const image = row(1, 2, 3);
    expectClose(resample(image, wholeOf(image), 3, 1, "box", true).subarray(0, 3), [3, 2, 1]);
  });

  test("pixels outside the box have no influence", () => {
    const image = row(80, 10, 20, 80);
    const box = { left: 1, top: 0, width: 2, height: 1 };
    expectClose(resample(image, box, 4, 1, "triangle").subarray(0, 4), [10, 12.5, 17.5, 20]);
  });
});

describe("in bytes", () => {
  const image: RgbImage = {
    data: Uint8Array.from({ length: 37 * 41 * 3 }, (_, i) => (i * 7919) % 256),
    width: 37,
    height: 41,
  };

  test.each([
    ["a part", { left: 3.4, top: 7, width: 30.2, height: 29.7 }, 20, 24],
    ["all, much enlarged: the memory grows", wholeOf(image), 700, 900],
  ] as const)("a picture that is there already is read where it lies: %s", (_, box, width, height) => {
    const [want, found] = [new Uint8Array(3 * width * height), new Uint8Array(3 * width * height)];
    resampleInto(want, image, box, width, height, "triangle");
    const data = pictureMemory(image.data.length);
    data.set(image.data);
    resampleInto(found, { ...image, data }, box, width, height, "triangle");
    expect(Buffer.compare(found, want)).toBe(0);
  });

  test("as the floats but for rounding twice, whatever the sizes; nothing beyond the target is written", () => {
    const sizes = [1, 2, 3, 7, 8, 9, 64];
    const box = { left: 4.5, top: 3, width: 31.25, height: 38 };
    for (const filter of ["box", "triangle", "bilinear"] as const) {
      for (const [width, height] of sizes.flatMap((x) => sizes.map((y) => [x, y] as const))) {
        for (const mirror of [false, true]) {
          const room = new Uint8Array(3 * width * height + 2).fill(77);
          resampleInto(room.subarray(1, -1), image, box, width, height, filter, mirror);
          const floats = resample(image, box, width, height, filter, mirror);
          // Half a level for each rounding, and 2^-15 of 255 for each weight.
          const worst = floats.reduce((most, value, i) => Math.max(most, Math.abs(value - room[i + 1]!)), 0);
          expect(worst).toBeLessThan(1.1);
          expect([room[0], room.at(-1)]).toEqual([77, 77]);
        }
      }
    }
  });

  test("its own size keeps every pixel, flat colours stay flat", () => {
    const planes = new Uint8Array(image.data.length);
    resampleInto(planes, image, wholeOf(image), 37, 41, "triangle");
    const interleaved = Array.from(image.data, (_, i) => planes[(i % 3) * 37 * 41 + Math.floor(i / 3)]);
    expect(interleaved).toEqual([...image.data]);
    for (const value of [0, 1, 127, 254, 255]) {
      const flat = { ...image, data: new Uint8Array(image.data.length).fill(value) };
      const target = new Uint8Array(3 * 23 * 19);
      resampleInto(target, flat, wholeOf(flat), 23, 19, "triangle");
      expect(new Set(target)).toEqual(new Set([value]));
    }
  });
});

test("a box between pixels: those at its edges count by how near they are", () => {
  // From 0.5 on, two pixels wide, to one: the centre is at 1.5, and the triangle reaches two pixels to each side, cut off at the box.
  const image = row(0, 16, 32, 80);
  const box = { left: 0.5, top: 0, width: 2, height: 1 };
  // The three pixels touched have their centres 1, 0 and 1 away, of 2: weights 1/2, 1, 1/2, over their sum of 2.
  expectClose(resample(image, box, 1, 1, "triangle").subarray(0, 1), [16 / 2 + 32 / 4]);
});

test("a large picture after a small one: the memory grows", () => {
  const flat = (side: number): RgbImage => ({
    data: new Uint8Array(side * side * 3).fill(side % 256),
    width: side,
    height: side,
  });
  for (const side of [3, 900, 5]) {
    const image = flat(side);
    for (const value of resample(image, wholeOf(image), 10, 10, "triangle")) expect(value).toBeCloseTo(side % 256, 3);
  }
});

describe("real photos equal Pillow's to its rounding", async () => {
  const file = (name: string): Uint8Array =>
    new Uint8Array(readFileSync(new URL(`../../../fixtures/golden/image_processing/${name}`, import.meta.url)));
  const expected = readSafetensors(file("pil_resize.uint8.safetensors")).tensors;
  test.each<[string, Filter]>([
    ["chelsea.box.37x53", "box"],
    ["chelsea.bilinear.37x53", "triangle"],
    ["rocket.bilinear.180x110", "triangle"],
  ])("%s", async (name, filter) => {
    const { shape, data } = expected.get(name)!;
    const [height, width] = [shape[0]!, shape[1]!];
    const image = await platform.decodeImage(file(`${name.split(".")[0]}.png`));
    const planes = resample(image, wholeOf(image), width, height, filter);
    let worst = 0;
    for (let pixel = 0; pixel < width * height; pixel++) {
      for (let channel = 0; channel < 3; channel++) {
        const difference = planes[channel * width * height + pixel]! - Number(data[pixel * 3 + channel]!);
        worst = Math.max(worst, Math.abs(difference));
      }
    }
    expect(worst).toBeLessThan(1.001); // Pillow rounds to 8 bits after each of its two passes: 0.5 each
  });
});
