import { expect, test } from "vitest";
import { openWordNetNouns } from "../../io/wordnet/wordnet.node.ts";
import { SynsetFilter } from "./text-based.ts";

test("text-based selection looks at the commonest meaning of each word", async () => {
  const nouns = await openWordNetNouns();
  const filter = new SynsetFilter(nouns, [
    { name: "tabby", names: ["tabby", "tabby cat"] },
    { name: "dog", names: ["dog", "domestic dog", "Canis familiaris"] },
    { name: "mouse", names: ["mouse", "computer mouse"] },
    { name: "xyzzy", names: ["xyzzy"] },
  ]);
  expect(filter.unknown.map(({ name }) => name)).toEqual(["xyzzy"]);
  expect(filter.find("Two dogs run")).toBe("dogs");
  expect(filter.find("a dog, running")).toBeUndefined(); // the comma belongs to the word, as in DataComp's code
  expect(filter.find("a poodle")).toBeUndefined();
  expect(filter.find("a mouse")).toBeUndefined(); // commonly the animal
});
