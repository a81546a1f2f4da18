import { describe, expect, test } from "vitest";
import { fold, integer, key } from "../../engine/random.ts";
import { EntryMatcher } from "./entry-matcher.ts";

/** MetaCLIP's definition, taken literally: every entry is searched in the whole text, with a space before and after. */
function searched(entries: readonly string[], text: string): number[] {
  let spaced = ` ${text} `;
  for (const mark of [",", ".", ";", ":", "?", "!", "`"]) spaced = spaced.replaceAll(mark, ` ${mark} `);
  for (const blank of ["\t", "\n", "\r"]) spaced = spaced.replaceAll(blank, " ");
  return entries.flatMap((entry, i) => (spaced.includes(` ${entry} `) ? [i] : []));
}

describe("matches are those of a search for every entry", () => {
  const entries = [
    "dog",
    "hot dog",
    "dog food",
    "a",
    "New York",
    "new york",
    "food",
    "!",
    "a  b",
    "b",
    "the hot dog food",
  ];
  test.each([
    ["a hot dog food stand", [0, 1, 2, 3, 6]],
    ["hotdog", []],
    ["Dog", []],
    ["New York!", [4, 7]],
    ["hot\ndog", [0, 1]],
    ["hot, dog", [0]],
    ["a  b", [3, 8, 9]],
    ["a b", [3, 9]],
    ["the hot dog food", [0, 1, 2, 6, 10]],
    ["the hot dog fool", [0, 1]],
    ["", []],
  ])("%j", (text, expected) => {
    expect(new EntryMatcher(entries).match(text)).toEqual(expected);
    expect(searched(entries, text)).toEqual(expected);
  });

  test("also in random texts of few letters, where everything overlaps", () => {
    const letters = ["a", "b", " ", " ", ",", "\n"];
    const random = (name: string, i: number): string =>
      Array.from({ length: 1 + integer(fold(key(9), name, i), 12) }, (_, at) => {
        return letters[integer(fold(key(9), name, i, at), letters.length)]!;
      }).join("");
    const list = [
      ...new Set(Array.from({ length: 80 }, (_, i) => random("entry", i).replaceAll(/[,\n]/g, " ").trim())),
    ];
    const words = list.filter((entry) => entry !== "");
    const matcher = new EntryMatcher(words);
    let matches = 0;
    for (let i = 0; i < 500; i++) {
      const text = random("text", i) + random("more", i);
      const found = matcher.match(text);
      expect(found).toEqual(searched(words, text));
      matches += found.length;
    }
    expect(matches).toBeGreaterThan(1000);
  });
});

test("of equal entries the first counts", () => {
  expect(new EntryMatcher(["x", "dog", "dog"]).match("a dog")).toEqual([1]);
});
