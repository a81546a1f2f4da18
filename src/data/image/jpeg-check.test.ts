import { readFileSync } from "node:fs";
import sharp, { type JpegOptions } from "sharp";
import { describe, expect, test } from "vitest";
import { integer, key } from "../../engine/random.ts";
import { InputError } from "../../platform/error.ts";
import { checkJpeg } from "./jpeg-check.ts";

/** A picture with noise on it, in colour, of extents that are no multiples of a block. */
const pixels = Uint8Array.from({ length: 3 * 83 * 61 }, (_, i) => ((i * 7) % 200) + ((i * i * 31) % 55));
const encode = async (options: JpegOptions): Promise<Uint8Array> =>
  new Uint8Array(
    await sharp(pixels, { raw: { width: 83, height: 61, channels: 3 } })
      .jpeg(options)
      .toBuffer(),
  );

/** Where a marker stands first; fails if it does not. */
function indexOf(file: Uint8Array, marker: number, from = 0): number {
  for (let at = from; at < file.length; at++) if (file[at] === 0xff && file[at + 1] === marker) return at;
  throw new Error(`no marker ${marker}`);
}

/** The fault found in a file, without what all have in common; `undefined` if it is whole. */
function faultOf(file: Uint8Array): string | undefined {
  try {
    checkJpeg(file);
    return undefined;
  } catch (error) {
    const says =
      /^InputError: checkJpeg: corrupt JPEG data: (.*)\n {2}mend: fetch the file again, or drop it from the data$/;
    const fault =
      error instanceof InputError && error.code === "JPEG_CORRUPT" ? says.exec(String(error))?.[1] : undefined;
    if (fault === undefined) throw error;
    return fault;
  }
}

const encoders: Readonly<Record<string, JpegOptions>> = {
  baseline: { quality: 88 },
  "tables of the standard": { optimiseCoding: false },
  "whole chroma": { chromaSubsampling: "4:4:4", quality: 100 },
  progressive: { progressive: true },
  mozjpeg: { mozjpeg: true },
  "coarse mozjpeg": { mozjpeg: true, quality: 3 },
  "edges that ring": { trellisQuantisation: true, overshootDeringing: true, quality: 95 },
};

describe("whole files pass", () => {
  test.each(Object.entries(encoders))("%s", async (_, options) => {
    expect(faultOf(await encode(options))).toBeUndefined();
  });

  test("grey, CMYK, one pixel, what follows the end, padding with zeros or whole bytes of ones", async () => {
    const picture = sharp(pixels, { raw: { width: 83, height: 61, channels: 3 } });
    expect(faultOf(await picture.clone().greyscale().jpeg().toBuffer())).toBeUndefined();
    expect(faultOf(await picture.clone().toColourspace("cmyk").jpeg().toBuffer())).toBeUndefined();
    expect(faultOf(await picture.clone().resize(1, 1).jpeg().toBuffer())).toBeUndefined();
    const file = await encode({});
    expect(faultOf(Uint8Array.of(...file, 1, 2, 3, 0xff, 0xd8))).toBeUndefined();
    for (const fill of [
      [0, 0, 0],
      [0xff, 0],
      [0xff, 0xff],
    ])
      expect(faultOf(Uint8Array.of(...file.subarray(0, -2), ...fill, 0xff, 0xd9))).toBeUndefined();
  });

  test("files of other encoders in this repository", () => {
    for (const name of ["exif6.jpg", "grey.jpg", "cmyk.jpg", "progressive.jpg"]) {
      const url = new URL(`../../../fixtures/golden/image_decode/${name}`, import.meta.url);
      expect(faultOf(new Uint8Array(readFileSync(url)))).toBeUndefined();
    }
  });
});

describe("damage is named", () => {
  test.each(Object.entries(encoders))("%s: cut off anywhere, with or without an end marker", async (_, options) => {
    const file = await encode(options);
    const start = indexOf(file, 0xda);
    const lengths = Array.from({ length: Math.ceil((file.length - 2) / 37) }, (_, i) => 2 + 37 * i);
    for (const length of lengths) expect(faultOf(file.subarray(0, length))).toBeTypeOf("string");
    // None of these falls between two scans, where an end marker makes a whole picture.
    for (const length of lengths.filter((length) => length > start && length < file.length - 40))
      expect(faultOf(Uint8Array.of(...file.subarray(0, length), 0xff, 0xd9))).toBeTypeOf("string");
  });

  test("noise of 256 bytes over the coefficients, at 100 places", async () => {
    const file = await encode({ quality: 95 });
    const start = indexOf(file, 0xda) + 14;
    const passed = Array.from({ length: 100 }, (_, round) => {
      const damaged = file.slice();
      const place = start + integer(key(round), file.length - start - 258);
      for (let i = 0; i < 256; i++) damaged[place + i] = integer(key(1000 * round + i), 256);
      return faultOf(damaged);
    }).filter((fault) => fault === undefined);
    expect(passed).toEqual([]);
  });

  test("each by its words", async () => {
    const file = await encode({ optimiseCoding: false, quality: 90 });
    const scan = indexOf(file, 0xda) + 14;
    const changed = (change: (copy: Uint8Array) => void): string | undefined => {
      const copy = file.slice();
      change(copy);
      return faultOf(copy);
    };
    expect(faultOf(file.subarray(0, -2))).toBe("no end marker");
    // 83 x 61 pixels in units of 16 x 16: 6 across, 4 down.
    expect(faultOf(Uint8Array.of(...file.subarray(0, scan), 0xff, 0xd9))).toBe("scan 1 ends after 0 of 24 units");
    expect(faultOf(Uint8Array.of(...file.subarray(0, -2), 1, 2, 0xff, 0xd9))).toBe(
      "2 bytes and 0 blocks too many after unit 24 of scan 1",
    );
    // 16 ones begin no code of the standard's tables; 0xFF is stuffed with a zero.
    expect(changed((copy) => copy.set([0xff, 0, 0xff, 0, 0xff, 0], scan))).toBe("bits that are no Huffman code");
    expect(changed((copy) => copy.set([0xff, 0xd0], scan + 40))).toMatch(/^scan 1 ends after \d of 24 units$/);
    expect(changed((copy) => copy.fill(0, indexOf(copy, 0xdb) + 5, indexOf(copy, 0xdb) + 6))).toBe(
      "a quantisation table that is none",
    );
    expect(changed((copy) => copy.fill(255, indexOf(copy, 0xc4) + 5, indexOf(copy, 0xc4) + 6))).toBe(
      "a Huffman table that is none",
    );
    expect(changed((copy) => (copy[indexOf(copy, 0xc0) + 10] = 9))).toMatch(/^a scan of component 1, which is none$/);
    expect(faultOf(Uint8Array.of(0xff, 0xd8, 0xff, 0xd9))).toBe("no picture before the end marker");
  });
});
