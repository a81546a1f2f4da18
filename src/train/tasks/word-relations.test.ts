import { expect, test } from "vitest";
import { openWordNetNouns } from "../../io/wordnet/wordnet.node.ts";
import { definitionOf, retrofit } from "./word-relations.ts";

test("a definition holds synonyms, kinds and telling words, of the commonest meaning that is a thing", async () => {
  const nouns = await openWordNetNouns();
  const things = nouns.synsetOf(["physical entity"])!;
  const weightsOf = (word: string): Record<string, number> => Object.fromEntries(definitionOf(nouns, things, word));
  // From data.noun: "gorilla, Gorilla gorilla", an "anthropoid ape", which is an "ape": "largest anthropoid ape; terrestrial and
  // vegetarian; of forests of central west Africa".
  const gorilla = weightsOf("gorillas");
  expect(gorilla).toMatchObject({ largest: 0.5, forests: 0.5, vegetarian: 0.5, africa: 0.5 });
  expect(Object.keys(gorilla)).toEqual(expect.arrayContaining(["anthropoid", "ape"]));
  expect(gorilla["and"]).toBeUndefined();
  expect(weightsOf("couch")).toMatchObject({ sofa: 1, lounge: 1 }); // an "upholstered seat" that is a seat, which is furniture
  expect(weightsOf("couch")).toHaveProperty("furniture", 0.5);
  expect(weightsOf("beautiful")).toEqual({});
});

test("a vector moves half of the way to its definition, keeps its length and loses what all share", () => {
  const known = {
    words: ["north", "south", "east", "west", "up"],
    width: 2,
    vectors: Float32Array.from([0, 2, 0, -3, 1, 0, -1, 0, 7, 7]),
  };
  const words = new Set(["north", "south", "east", "west"]); // which share nothing
  const { vectors, ...others } = retrofit(known, words, (word) =>
    word === "north"
      ? [["east", 1]]
      : word === "south"
        ? [
            ["north", 0.5],
            ["unheard", 1],
          ]
        : [],
  );
  expect(others).toEqual({ words: [...words], width: 2 });
  const half = Math.SQRT1_2;
  // North turns to north-east; south's definition is opposite to it, and opposites cancel; the others keep their directions.
  for (const [i, value] of [2 * half, 2 * half, 0, 0, 1, 0, -1, 0].entries()) expect(vectors[i]).toBeCloseTo(value, 6);
  const shared = retrofit(
    { ...known, vectors: Float32Array.from([3, 4, 3, -4, 0, 1, 0, 1, 1, 1]) },
    new Set(["north", "south"]),
    () => [],
  );
  // Their unit vectors (0.6, 0.8) and (0.6, -0.8) share (0.6, 0): what is left is up and down, at the old length of 5.
  for (const [i, value] of [0, 5, 0, -5].entries()) expect(shared.vectors[i]).toBeCloseTo(value, 5);
});
