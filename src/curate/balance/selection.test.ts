import { expect, test } from "vitest";
import { openWordNetNouns } from "../concepts/wordnet.node.ts";
import { VectorRows } from "../semantic/vector-rows.ts";
import { nearTargets } from "./image-based.ts";
import { SynsetFilter } from "./text-based.ts";

test("image-based selection keeps whole clusters that a target falls into", async () => {
  const angles = [0, 2, 4, 88, 90, 92, 178, 180, 182]; // three clouds of a circle
  const at = (degrees: readonly number[]) =>
    new VectorRows(
      Float32Array.from(degrees.flatMap((a) => [Math.cos((a * Math.PI) / 180), Math.sin((a * Math.PI) / 180)])),
      2,
    );
  const options = { clusters: 3, init: "k-means++" } as const;
  expect([...(await nearTargets(at(angles), at([10, 3]), options))]).toEqual([1, 1, 1, 0, 0, 0, 0, 0, 0]);
  expect([...(await nearTargets(at(angles), at([100, 170]), options))]).toEqual([0, 0, 0, 1, 1, 1, 1, 1, 1]);
});

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
