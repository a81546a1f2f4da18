import { beforeAll, describe, expect, test } from "vitest";
import { nounForms } from "./noun-forms.ts";
import { openWordNetNouns, wordNetSynsetNames } from "./wordnet.node.ts";
import type { WordNetNouns } from "./wordnet-nouns.ts";

let nouns: WordNetNouns;
beforeAll(async () => {
  nouns = await openWordNetNouns();
}, 60_000);

describe("WordNet 3.1's nouns", () => {
  test("senses, lemmas, categories and what is more general", () => {
    expect([...nouns.lemmas]).toHaveLength(117_953); // counted with wc on index.noun
    const [dog] = nouns.senses("dog"); // offsets read from index.noun
    expect(dog).toBe(2086723);
    const synset = nouns.synset(dog!);
    expect(synset.lemmas).toEqual(["dog", "domestic dog", "Canis familiaris"]);
    expect(synset.category).toBe("animal");
    expect(synset.gloss).toMatch(/^a member of the genus Canis .* occurs in many breeds$/); // and no example
    const ancestors = [...nouns.ancestors(dog!)].map((offset) => nouns.synset(offset).lemmas[0]);
    expect(ancestors).toEqual(expect.arrayContaining(["dog", "canine", "carnivore", "animal", "entity"]));
    expect(ancestors).not.toContain("cat");
  });

  test.each([
    ["Dogs", "dog"],
    ["geese", "goose"],
    ["boxes", "box"],
    ["churches", "church"],
    ["firemen", "fireman"],
    ["ponies", "pony"],
    ["glass", "glass"],
    ["dress", "dress"],
    ["hot dogs", "hot dog"],
    ["xyzzy", undefined],
  ])("%s is a form of %s", (word, lemma) => expect(nouns.lemmaOf(word)).toBe(lemma));

  test("a class is the synset that has most of its names", () => {
    const lemmas = (names: string[]) => nouns.synset(nouns.synsetOf(names)!).lemmas;
    expect(lemmas(["tench", "Tinca tinca"])).toEqual(["tench", "Tinca tinca"]);
    expect(lemmas(["mouse", "computer mouse"])).toEqual(["mouse", "computer mouse"]); // and not the animal
    expect(nouns.synsetOf(["xyzzy"])).toBeUndefined();
  });

  test("what a word may name: any of its meanings counts", () => {
    const things = nouns.synsetOf(["physical entity"])!;
    const words = ["gorilla", "freedom", "hammer", "tuesday", "mouse", "beautiful", "string", "xyzzy", "monkeys"];
    const named = words.filter((word) => nouns.isKindOf(word, things));
    expect(named).toEqual(["gorilla", "hammer", "mouse", "string", "monkeys"]);
  });

  test("names of all synsets, each once, without the marks of adjectives", async () => {
    const names = await wordNetSynsetNames();
    expect(new Set(names).size).toBe(names.length);
    expect(names).toEqual(expect.arrayContaining(["dog", "physical entity", "run", "quickly", "asleep"]));
    expect(names.filter((name) => /[_()]/.test(name))).toEqual([]);
  });
});

test("forms of a noun, likeliest first; words in -ss are singular", () => {
  expect(nounForms("wolves")).toEqual(["wolf", "wolves", "wolve"]);
  expect(nounForms("glass")).toEqual(["glass"]);
  expect(nounForms("s")).toEqual(["s"]);
});
