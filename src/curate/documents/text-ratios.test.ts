import { expect, test } from "vitest";
import {
  characterRepetitionRatio,
  punctuationRatio,
  specialCharacterRatio,
  stopWordRatio,
  wordRepetitionRatio,
  wordsOf,
} from "./text-ratios.ts";

test("words are lower case and without signs around them", () => {
  expect(wordsOf("“Don't!” said\nthe CAT (twice) -- 12 3rd")).toEqual(["don't", "said", "the", "cat", "twice", "rd"]);
});

test("special characters: all but letters", () => {
  expect(specialCharacterRatio("ab 1!")).toBe(0.6);
  expect(specialCharacterRatio("고양이")).toBe(0);
  expect(specialCharacterRatio("a😀")).toBe(0.5); // one character, though two units
  expect(specialCharacterRatio("")).toBe(0);
});

test("repeated characters: the most frequent runs, of all", () => {
  // Runs of 2 in "ababab": ab 3, ba 2. Two different ones: the square root is 1, so ab counts: 3 of 5.
  expect(characterRepetitionRatio("ababab", 2)).toBe(0.6);
  expect(characterRepetitionRatio("abcdef", 2)).toBe(0);
  expect(characterRepetitionRatio("a", 2)).toBe(0);
});

test("repeated words: runs that occur more than once", () => {
  // Runs of 2: a b, b a, a b, b c -> "a b" twice of 4.
  expect(wordRepetitionRatio(["a", "b", "a", "b", "c"], 2)).toBe(0.5);
  expect(wordRepetitionRatio(["a"], 2)).toBe(0);
});

test("punctuation among words and marks", () => {
  expect(punctuationRatio("One, two. Three")).toBe(0.4);
  expect(punctuationRatio("no marks here")).toBe(0);
  expect(punctuationRatio("no marks here", 4)).toBe(1);
});

test("function words", () => {
  expect(stopWordRatio(wordsOf("The cat sat on the mat"))).toBe(0.5);
  expect(stopWordRatio(wordsOf("cheap shoes buy online"))).toBe(0);
  expect(stopWordRatio([])).toBe(0);
});
