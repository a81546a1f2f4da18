import { beforeAll, expect, test } from "vitest";
import { ConceptAudit } from "./concept-audit.ts";
import { conceptPage } from "./concept-page.ts";
import { imbalanceOf } from "./imbalance.ts";
import { listFinder, nounFinder } from "./mention-finder.ts";
import { openWordNetNouns } from "../../io/wordnet/wordnet.node.ts";
import type { WordNetNouns } from "../../io/wordnet/wordnet-nouns.ts";

let nouns: WordNetNouns;
beforeAll(async () => {
  nouns = await openWordNetNouns();
}, 60_000);

test("imbalance, by hand", () => {
  expect(imbalanceOf([5, 5, 5, 5])).toEqual({ gini: 0, entropyBits: 2, effectiveConcepts: 4, topPercentShare: 0.25 });
  expect(imbalanceOf([0, 0, 0, 10])).toEqual({ gini: 0.75, entropyBits: 0, effectiveConcepts: 1, topPercentShare: 1 });
  const { gini, entropyBits } = imbalanceOf([3, 1, 2]);
  expect(gini).toBeCloseTo(2 / 9, 12); // 2 (1 + 4 + 9) / (3 * 6) - 4 / 3
  expect(entropyBits).toBeCloseTo(1.459148, 6); // -(1/2 log 1/2 + 1/3 log 1/3 + 1/6 log 1/6)
  expect(imbalanceOf([])).toEqual({ gini: 0, entropyBits: 0, effectiveConcepts: 0, topPercentShare: 0 });
});

test("nouns are found in any number, the longest phrase first, and not words that only look like nouns", () => {
  const find = (caption: string) => [...nounFinder(nouns).find(caption)];
  expect(find("Two Dogs and a hot dog, in New York!")).toEqual(["dog", "hot dog", "new york"]);
  expect(find("an as it in at")).toEqual([]);
});

test("concepts of a list are found by any of their names", () => {
  const finder = listFinder([
    { name: "tabby", names: ["tabby", "tabby cat"] },
    { name: "car", names: ["car"] },
  ]);
  expect([...finder.find("Tabby cats under CARS; tabbys")]).toEqual(["tabby", "car"]);
  expect([...finder.find("a cat in a carpet")]).toEqual([]);
});

test("a report counts samples, not words, and says what is missing", () => {
  const evaluation = [
    { name: "dog", names: ["dog", "domestic dog"] },
    { name: "airliner", names: ["airliner"] },
    { name: "zebra", names: ["zebra"] },
  ];
  const audit = new ConceptAudit({ finder: nounFinder(nouns), nouns, evaluation, tailLimit: 1 });
  audit.add(["a dog, a dog", "dogs"]);
  audit.add(["a poodle"]);
  audit.add(["the zebra"]);
  audit.add(["so it is"]);
  const report = audit.report();
  expect(report).toMatchObject({
    samples: 4,
    withoutConcept: 1,
    concepts: 117_953,
    mentioned: 3,
    tail: 3,
    neverMentioned: [],
  });
  expect(report.counts).toEqual([
    { concept: "dog", samples: 1 },
    { concept: "poodle", samples: 1 },
    { concept: "zebra", samples: 1 },
  ]);
  expect(report.categories).toEqual([{ category: "animal", mentions: 3 }]);
  expect(report.evaluation).toEqual([
    { concept: "airliner", samples: 0, orNarrower: 0 },
    { concept: "zebra", samples: 1, orNarrower: 1 },
    { concept: "dog", samples: 1, orNarrower: 2 },
  ]);
  const page = conceptPage(report, "<pairs>");
  expect(page).toContain("Never shown: 1 of 3");
  expect(page).toContain("&lt;pairs&gt;");
});

test("with a list, what is never mentioned is named, and narrower words still count for the evaluation", () => {
  const list = [
    { name: "cat", names: ["cat"] },
    { name: "car", names: ["car"] },
  ];
  const evaluation = [{ name: "dog", names: ["dog"] }];
  const audit = new ConceptAudit({ finder: listFinder(list), list, nouns, evaluation });
  audit.add(["a cat and a poodle"]);
  const { neverMentioned, categories, evaluation: found } = audit.report();
  expect(neverMentioned).toEqual(["car"]);
  expect(categories).toEqual([]);
  expect(found).toEqual([{ concept: "dog", samples: 0, orNarrower: 1 }]);
});

test("an empty data set has a page too", () => {
  expect(conceptPage(new ConceptAudit({ finder: nounFinder(nouns), nouns }).report(), "none")).toContain("0 samples");
});
