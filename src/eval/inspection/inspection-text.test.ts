import { expect, test } from "vitest";
import { sharedFacts } from "./inspection-text.ts";

test("what was left out or cannot be read: the one, or one of several as an example", () => {
  const facts = sharedFacts({
    source: "pets",
    formats: {},
    languages: {},
    guessedLanguages: {},
    metadata: {},
    repeated: [],
    repeatedExactly: true,
    drops: [
      { reason: "ROW_MALFORMED", count: 2, examples: ["line 3", "line 9"] },
      { reason: "IMAGE_MISSING", count: 1, examples: ["row 4"] },
    ],
    unreadable: [
      { reason: "IMAGE_NOT_DECODABLE", count: 2, examples: ["a.jpg", "b.jpg"] },
      { reason: "FILE_NOT_READABLE", count: 1, examples: ["c.jpg"] },
    ],
  });
  expect(facts.slice(-4)).toEqual([
    ["ROW_MALFORMED", "2 left out: e.g. line 3"],
    ["IMAGE_MISSING", "1 left out: row 4"],
    ["IMAGE_NOT_DECODABLE", "2 pictures: e.g. a.jpg"],
    ["FILE_NOT_READABLE", "1 picture: c.jpg"],
  ]);
});
