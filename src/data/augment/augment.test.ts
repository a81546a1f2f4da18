import { readFile } from "node:fs/promises";
import { beforeAll, describe, expect, test } from "vitest";
import { platform } from "#platform";
import { fold, key } from "../../engine/random.ts";
import type { RgbImage } from "../../platform/platform.ts";
import { augmentInto, resizeInto, type Augmentation } from "./augment.ts";

let dog: RgbImage;
beforeAll(async () => {
  dog = await platform.decodeImage(await readFile(new URL("../../../fixtures/data/pictures/dog.png", import.meta.url)));
});

const augmented = (augmentation: Augmentation, number = 0, side = 48): Uint8Array => {
  const target = new Uint8Array(3 * side * side);
  augmentInto(target, dog, side, augmentation, fold(key(9), number));
  return target;
};

/** The dog itself, channel by channel, read at (x, y) -> (column(x), y). */
const planar = (column: (x: number) => number): number[] =>
  Array.from({ length: 3 * 48 * 48 }, (_, i) => {
    const [channel, y, x] = [Math.floor(i / 2304), Math.floor(i / 48) % 48, i % 48];
    return dog.data[(y * 48 + column(x)) * 3 + channel]!;
  });

test("no augmentation at the picture's own size is the picture", () => {
  expect([...augmented({})]).toEqual(planar((x) => x));
  const resized = new Uint8Array(3 * 48 * 48);
  resizeInto(resized, dog, 48);
  expect([...resized]).toEqual(planar((x) => x));
});

test("a flip of probability 1 mirrors", () => {
  expect([...augmented({ flip: 1 })]).toEqual(planar((x) => 47 - x));
});

test("a flip of probability 1/4 mirrors a quarter", () => {
  const straight = augmented({}).join();
  const kept = Array.from({ length: 400 }, (_, i) => augmented({ flip: 0.25 }, i).join() === straight);
  const share = kept.filter(Boolean).length / 400;
  expect(Math.abs(share - 0.75)).toBeLessThan(0.09); // four standard errors of 0.022
});

test("grey of probability 1 makes the channels equal", () => {
  const grey = augmented({ grey: 1 });
  expect(grey.subarray(0, 2304)).toEqual(grey.subarray(2304, 4608));
  expect(grey.subarray(0, 2304)).toEqual(grey.subarray(4608));
});

describe("colour jitter", () => {
  test("of brightness alone scales all values by one factor within the range", () => {
    const plain = augmented({});
    const factors = Array.from({ length: 50 }, (_, i) => {
      const jittered = augmented({ jitter: { brightness: 0.4 } }, i);
      const at = plain.findIndex((value) => value > 100 && value < 150); // bright enough to measure, dark enough not to clip
      const factor = jittered[at]! / plain[at]!;
      const errors = plain.map((value, j) => Math.abs(jittered[j]! - Math.min(255, Math.round(value * factor))));
      expect(Math.max(...errors)).toBeLessThan(3); // the factor is measured on rounded values
      return factor;
    });
    expect(Math.min(...factors)).toBeGreaterThan(0.59);
    expect(Math.max(...factors)).toBeLessThan(1.41);
    expect(Math.max(...factors) - Math.min(...factors)).toBeGreaterThan(0.5);
  });

  test("of zero leaves the picture", () => {
    expect(augmented({ jitter: { brightness: 0, hue: 0 } })).toEqual(augmented({}));
  });
});

test("the key alone decides; other keys give other views", () => {
  const everything: Augmentation = {
    crop: { scale: [0.4, 1], ratio: [3 / 4, 4 / 3] },
    flip: 0.5,
    jitter: { brightness: 0.4, contrast: 0.4, saturation: 0.4, hue: 0.1 },
    grey: 0.1,
  };
  for (const antialias of [true, false]) {
    const views = Array.from({ length: 20 }, (_, i) => augmented({ ...everything, antialias }, i, 32).join());
    expect(new Set(views).size).toBe(20);
    expect(augmented({ ...everything, antialias }, 7, 32).join()).toBe(views[7]);
  }
});
