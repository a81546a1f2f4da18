import { createHash } from "node:crypto";
import { mkdtemp, readdir, readFile, rm, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { dHash, hashDistance } from "../image/dhash.ts";
import { pictureAt, type EmojiCorpus, type EmojiStyle } from "./corpus.ts";
import { readPacked, writePacked } from "./packed.node.ts";
import { prepareEmoji } from "./prepare.node.ts";
import { heldOutBothSet, heldOutConceptSet, heldOutStyleSet, trainPairs } from "./splits.ts";

let cacheDir = "";
let corpus: EmojiCorpus;
const progress: [number, number][] = [];

beforeAll(async () => {
  cacheDir = await mkdtemp(join(tmpdir(), "fovea-emoji-"));
  corpus = await prepareEmoji({ cacheDir, onProgress: (done, total) => progress.push([done, total]) });
}, 120_000);
afterAll(() => rm(cacheDir, { recursive: true }));

const pictureOf = (label: string, style: EmojiStyle): number =>
  corpus.pictures.findIndex(
    (picture) => picture.style === style && corpus.concepts[picture.concept]!.label.en === label,
  );

/** Mean colour of a box of a picture, each of the numbers a share of its side. */
function meanColour(index: number, [left, top, right, bottom]: readonly [number, number, number, number]): number[] {
  const { data, width } = pictureAt(corpus, index);
  const sum = [0, 0, 0, 0];
  for (let y = Math.floor(top * width); y < bottom * width; y++) {
    for (let x = Math.floor(left * width); x < right * width; x++) {
      for (let c = 0; c < 3; c++) sum[c]! += data[(y * width + x) * 3 + c]!;
      sum[3]!++;
    }
  }
  return sum.slice(0, 3).map((value) => value / sum[3]!);
}

describe("the corpus of the installed packages", () => {
  test("joins nearly every concept to every vendor", () => {
    const count = (style: EmojiStyle): number => corpus.pictures.filter((picture) => picture.style === style).length;
    expect(corpus.concepts).toHaveLength(1914); // 1,949 entries less 9 components and 26 regional indicators
    // Noto's icons lack the flags; Fluent's lack people in pairs and what Unicode 16 and 17 added.
    expect(count("openmoji")).toBe(1914);
    expect(count("twemoji")).toBe(1914);
    expect(count("noto")).toBeGreaterThan(1640);
    expect(count("fluent-flat")).toBeGreaterThan(1590);
    expect(count("fluent-3d")).toBeGreaterThan(1840);
    expect(corpus.pixels).toHaveLength(corpus.pictures.length * 64 * 64 * 3);
    expect(progress.at(-1)).toEqual([corpus.pictures.length, corpus.pictures.length]);
  });

  test("draws the right thing on white, in each style", () => {
    for (const style of ["noto", "fluent-flat", "fluent-3d", "openmoji", "twemoji"] as const) {
      const [red, green, blue] = meanColour(pictureOf("red heart", style), [0.4, 0.4, 0.6, 0.6]);
      expect(red).toBeGreaterThan(green! + 100);
      expect(red).toBeGreaterThan(blue! + 100);
      for (const value of meanColour(pictureOf("red heart", style), [0, 0.95, 0.05, 1]))
        expect(value).toBeGreaterThan(245);
    }
  });

  test("an alias that mirrors is mirrored", () => {
    const left = pictureAt(corpus, pictureOf("backhand index pointing left", "fluent-flat"));
    const right = pictureAt(corpus, pictureOf("backhand index pointing right", "fluent-flat"));
    const flipped = Uint8Array.from(left.data, (_, i) => {
      const [y, x, c] = [Math.floor(i / 192), Math.floor(i / 3) % 64, i % 3];
      return left.data[(y * 64 + 63 - x) * 3 + c]!;
    });
    const difference = flipped.reduce((sum, value, i) => sum + Math.abs(value - right.data[i]!), 0) / flipped.length;
    expect(difference).toBeLessThan(1);
  });

  test("knows equal drawings and near-duplicates", () => {
    const [man, person] = [pictureOf("man astronaut", "noto"), pictureOf("astronaut", "noto")];
    expect(corpus.pictures[man]!.art).toBe(corpus.pictures[person]!.art);
    expect(pictureAt(corpus, man).data).toEqual(pictureAt(corpus, person).data);
    expect(corpus.pictures.filter(({ style, nearest }) => style !== "twemoji" && nearest !== null)).toEqual([]);
    const dog = pictureOf("dog face", "twemoji");
    const distances = (["noto", "fluent-flat", "fluent-3d", "openmoji"] as const).map((style) =>
      hashDistance(dHash(pictureAt(corpus, dog)), dHash(pictureAt(corpus, pictureOf("dog face", style)))),
    );
    expect(corpus.pictures[dog]!.nearest).toBe(Math.min(...distances));
  });

  // The published weights were trained on this split: a concept that moved into training would make their scores lies.
  // The checksum was computed with another implementation (Python) of the hash.
  test("the split does not move", () => {
    const codes = corpus.concepts.filter(({ heldOut }) => heldOut).map(({ code }) => code);
    expect(codes).toHaveLength(181);
    expect(createHash("sha256").update(codes.join()).digest("hex").slice(0, 16)).toBe("e9e747102898df17");
  });

  test("the splits have the sizes that the documentation tells", () => {
    const sizes = [heldOutStyleSet(corpus), heldOutConceptSet(corpus), heldOutBothSet(corpus)].map(
      ({ pictures, texts }) => [texts.length, pictures.length],
    );
    expect(trainPairs(corpus)).toHaveLength(6353);
    expect(sizes).toEqual([
      [1359, 1359],
      [150, 586],
      [150, 150],
    ]);
  });
});

describe("the cache", () => {
  test("serves the second time, without rendering", async () => {
    const again = await prepareEmoji({ cacheDir, onProgress: () => expect.unreachable() });
    expect(again.pictures).toEqual(corpus.pictures);
    expect(again.concepts).toEqual(corpus.concepts);
    expect(Buffer.compare(again.pixels, corpus.pixels)).toBe(0);
    expect(await readdir(cacheDir)).toHaveLength(1);
  });

  test("is refused when damaged, and written whole or not at all", async () => {
    const small = {
      ...corpus,
      side: 1,
      pictures: corpus.pictures.slice(0, 2),
      pixels: Uint8Array.of(1, 2, 3, 4, 5, 6),
    };
    const folder = join(cacheDir, "small");
    expect(await readPacked(folder)).toBeUndefined();
    await writePacked(folder, small);
    expect(await readPacked(folder)).toEqual(small);
    await truncate(join(folder, "pixels.u8"), 5);
    expect(await readPacked(folder)).toBeUndefined();
    await writePacked(folder, small); // over the damaged one
    expect(await readPacked(folder)).toEqual(small);
    const index = await readFile(join(folder, "index.json"), "utf8");
    await writeFile(join(folder, "index.json"), index.slice(0, 100));
    expect(await readPacked(folder)).toBeUndefined();
    expect((await readdir(cacheDir)).filter((name) => name.startsWith("."))).toEqual([]); // no temporary folders are left
  });
});
