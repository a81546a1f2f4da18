import { describe, expect, test } from "vitest";
import type { EmojiConcept } from "./concepts.ts";
import { evaluationPixels, pictureAt, type EmojiCorpus, type EmojiPicture, type EmojiStyle } from "./corpus.ts";
import { emojiSource } from "./emoji-source.ts";
import { pixelLookup } from "./pixel-lookup.ts";
import { heldOutBothSet, heldOutConceptSet, heldOutStyleSet, trainPairs } from "./splits.ts";
import { key } from "../../engine/random.ts";

const concept = (label: string, more: Partial<EmojiConcept> = {}): EmojiConcept => ({
  code: label,
  group: 0,
  label: { en: label, ko: `${label}(ko)` },
  tags: { en: [], ko: [] },
  heldOut: false,
  unscored: null,
  ...more,
});

const concepts = [
  concept("dog"), //                               0
  concept("cat", { heldOut: true }), //            1
  concept("flag", { unscored: "flag" }), //        2
  concept("astronaut", { heldOut: true }), //      3: drawn like 4 by Noto
  concept("man astronaut"), //                     4
  concept("family"), //                            5: drawn like 6 by Twemoji
  concept("family of two"), //                     6
];

/** Pictures in rows of [concept, style, art, nearest]; each is a flat 16-pixel square as bright as its number. */
const rows: readonly (readonly [concept: number, style: EmojiStyle, art: number, nearest?: number])[] = [
  [0, "noto", 0],
  [1, "noto", 1],
  [2, "noto", 2],
  [3, "noto", 3],
  [4, "noto", 3],
  [5, "noto", 5],
  [6, "noto", 6],
  [0, "openmoji", 7],
  [1, "openmoji", 8],
  [3, "openmoji", 9],
  [0, "twemoji", 10, 5],
  [1, "twemoji", 11, 0],
  [2, "twemoji", 12, 20],
  [4, "twemoji", 13, 4],
  [5, "twemoji", 14, 30],
  [6, "twemoji", 14, 30],
  [3, "twemoji", 16],
];

const corpus: EmojiCorpus = {
  side: 16,
  concepts,
  pictures: rows.map(([of, style, art, nearest = null]): EmojiPicture => ({ concept: of, style, art, nearest })),
  pixels: Uint8Array.from({ length: rows.length * 768 }, (_, i) => Math.floor(i / 768)),
};

test("training has the training styles of concepts that are not held out, flags too", () => {
  expect(trainPairs(corpus)).toEqual([0, 2, 4, 5, 6, 7]);
});

describe("held-out sets", () => {
  test("style: seen and scored concepts, without near-duplicates; one drawing may have two texts", () => {
    expect(heldOutStyleSet(corpus)).toEqual({
      pictures: [10, 14, 15],
      texts: ["dog", "family", "family of two"],
      concepts: [0, 5, 6],
      imagesOfText: [[0], [1, 2], [1, 2]],
    });
  });

  test("concepts: in every training style, without drawings that trained under another name", () => {
    expect(heldOutConceptSet(corpus)).toEqual({
      pictures: [1, 8, 9],
      texts: ["cat", "astronaut"],
      concepts: [1, 3],
      imagesOfText: [[0, 1], [2]],
    });
  });

  test("concepts in one style, in Korean", () => {
    expect(heldOutConceptSet(corpus, "ko", ["openmoji"])).toMatchObject({
      pictures: [8, 9],
      texts: ["cat(ko)", "astronaut(ko)"],
      imagesOfText: [[0], [1]],
    });
    expect(heldOutConceptSet(corpus, "en", ["twemoji"]).pictures).toEqual([]); // it did not train
  });

  test("both", () => {
    expect(heldOutBothSet(corpus)).toMatchObject({ pictures: [11, 16], texts: ["cat", "astronaut"] });
  });
});

test("the pixel lookup has the training pictures of each text, at 16 x 16", () => {
  const lookup = pixelLookup(corpus, heldOutStyleSet(corpus));
  expect(lookup.width).toBe(768);
  expect(lookup.trainingOfText).toEqual([[0, 5], [3], [4]]); // places in trainPairs
  const brightness = (pictures: Uint8Array): number[] => [...pictures].filter((_, i) => i % 768 === 0);
  expect(brightness(lookup.training)).toEqual([0, 2, 4, 5, 6, 7]);
  expect(brightness(lookup.candidates)).toEqual([10, 14, 15]);
  expect(pixelLookup(corpus, heldOutBothSet(corpus)).trainingOfText).toEqual([[], []]);
});

test("pictures share the corpus' memory; evaluation pixels are planar and resized", () => {
  expect(pictureAt(corpus, 5).data.buffer).toBe(corpus.pixels.buffer);
  expect(new Set(pictureAt(corpus, 5).data)).toEqual(new Set([5]));
  expect([...evaluationPixels(corpus, [3, 12], 2)]).toEqual([...Array(12).fill(3), ...Array(12).fill(12)]);
});

test("the loader's source gives training pairs in an order of the key, grouped by concept", () => {
  const source = emojiSource(corpus);
  const order = [...(source.pairs(key(1)) as number[])];
  expect(order.toSorted((a, b) => a - b)).toEqual(trainPairs(corpus));
  expect([...(source.pairs(key(1)) as number[])]).toEqual(order);
  expect(source.group(4)).toBe(source.group(4));
  expect([0, 7].map(source.group)).toEqual([0, 0]);
  expect(["dog", "dog(ko)"].some((label) => source.caption(0, key(2)).includes(label))).toBe(true);
});
