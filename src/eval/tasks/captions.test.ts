import { expect, test } from "vitest";
import { shareCaptions, textsOfImages } from "./captions.ts";

test("equal captions become one text with several images", () => {
  const captions = [["a red apple", "fruit"], ["a dog"], ["fruit", "fruit"], []];
  expect(shareCaptions(captions)).toEqual({
    texts: ["a red apple", "fruit", "a dog"],
    imagesOfText: [[0], [0, 2], [1]],
  });
});

test("the same truth from the images", () => {
  expect(textsOfImages([[0], [0, 2, 2], [1]], 4)).toEqual([[0, 1], [2], [1], []]);
});
