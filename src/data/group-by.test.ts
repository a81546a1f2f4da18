import { expect, test } from "vitest";
import { groupBy } from "./group-by.ts";

test("items by key, both in order of appearance", () => {
  expect([...groupBy(["pear", "fig", "plum", "kiwi", "fig"], (word) => word.length)]).toEqual([
    [4, ["pear", "plum", "kiwi"]],
    [3, ["fig", "fig"]],
  ]);
});
