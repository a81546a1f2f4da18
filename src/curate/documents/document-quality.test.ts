import { expect, test } from "vitest";
import type { ImagePart, TextPart } from "../../data/sample.ts";
import { qualityOf } from "./document-quality.ts";

const text = (words: number): TextPart => ({ kind: "text", text: Array<string>(words).fill("word").join(" ") });
const image: ImagePart = { kind: "image" };

test("the parts, and their geometric mean", () => {
  // 5 words a picture of at least 10; 3 changes of 3 possible; half of the text passed; a mean of 0.15 of 0.3.
  const parts = [image, text(6), image, text(4)];
  const { quality, ...of } = qualityOf({ parts }, 20, [0.1, 0.2]);
  expect(of).toEqual({ text: 0.5, balance: 0.5, turns: 1, relevance: expect.closeTo(0.5) });
  expect(quality).toBeCloseTo(0.125 ** 0.25, 9);
});

test("a wall of text after pictures in a row", () => {
  // One change of 2 possible; 600 words a picture of at most 300.
  const { quality, ...of } = qualityOf({ parts: [image, image, text(1200)] }, 1200);
  expect(of).toEqual({ text: 1, balance: 0.5, turns: 0.5 });
  expect(quality).toBeCloseTo(0.25 ** (1 / 3), 9);
});

test("nothing but pictures, or dissimilar ones, is worth nothing", () => {
  expect(qualityOf({ parts: [image, image] }, 0).quality).toBe(0);
  expect(qualityOf({ parts: [image, text(20)] }, 20, [-0.1]).quality).toBe(0);
});
