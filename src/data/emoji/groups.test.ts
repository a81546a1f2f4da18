import { expect, test } from "vitest";
import { emojiGroups, emojiTemplates, fillTemplate } from "./groups.ts";

test("eight classes with phrases of their own, as many for each", () => {
  expect(emojiGroups.map(({ name }) => name)).toEqual([
    "Smileys & emotion",
    "People & body",
    "Animals & nature",
    "Food & drink",
    "Travel & places",
    "Activities",
    "Objects",
    "Symbols",
  ]);
  const phrases = emojiGroups.flatMap((group) => group.phrases);
  expect(new Set(phrases).size).toBe(phrases.length);
  expect(new Set(emojiGroups.map((group) => group.phrases.length)).size).toBe(1);
});

test("templates take a phrase as it is", () => {
  expect(emojiTemplates.map((template) => fillTemplate(template, "$& cat"))).toContain("an emoji of a $& cat");
  for (const template of emojiTemplates) expect(template.split("{}")).toHaveLength(2);
});
