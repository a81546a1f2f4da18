import { describe, expect, test } from "vitest";
import { parseConcepts, parseItems } from "./concept-list.ts";

describe("lists of concepts", () => {
  test("lines with ids and several names, or JSON", () => {
    const text = "# classes\nn01440764 tench, Tinca tinca\n\n dog \r\n";
    expect(parseConcepts(text, "list")).toEqual([
      { name: "tench", names: ["tench", "Tinca tinca"] },
      { name: "dog", names: ["dog"] },
    ]);
    expect(parseItems('["hot dog", "n1, b"]', "list")).toEqual(["hot dog", "n1, b"]);
  });
  test.each([
    ["", "CONCEPTS_EMPTY", "list: the list names no concept\n  mend: write one to a line"],
    [
      "[1]",
      "CONCEPTS_INVALID",
      'list: the JSON is no array of strings\n  mend: write ["dog", "cat"], or one concept to a line',
    ],
    [
      "[dog",
      "CONCEPTS_INVALID",
      'list: the list begins as JSON, but is none\n  mend: write ["dog", "cat"], or one concept to a line',
    ],
  ])("%j is refused", (text, code, message) => {
    expect(() => parseConcepts(text, "list")).toThrow(expect.objectContaining({ code, message }));
  });
});
