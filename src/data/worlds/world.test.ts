import { describe, expect, test } from "vitest";
import { blockAtlas } from "../../testing/world-atlas.ts";
import type { Sample } from "../sample.ts";
import { attributeNames, colours, isNameOf, materials } from "./attributes.ts";
import type { Description, Fact, RelationFact, Statement } from "./facts.ts";
import { emojiNouns } from "./nouns.ts";
import { nounNamed } from "./noun-book.ts";
import { words } from "./say-english.ts";
import type { NegativeCaption, WorldMetadata } from "./samples.ts";
import type { Scene, SceneObject } from "./scene.ts";
import { parseWorldSpec, type WorldSpecInput } from "./spec.ts";
import { isHeldOutCombination, isHeldOutNoun, isHeldOutText, type SplitName } from "./split.ts";
import { World } from "./world.ts";

const atlas = blockAtlas();
const world = (spec: WorldSpecInput): World => new World(parseWorldSpec(spec), atlas);
const about = (sample: Sample): WorldMetadata => sample.metadata as unknown as WorldMetadata;
const pictures = { kinds: { objects: 3, counts: 2, relations: 2, depth: 1, signs: 1, people: 1 } } as const;
const everything = { ...pictures.kinds, series: 1, motion: 1, changes: 1, physics: 1 };

/** What a scene shows, of one frame or of all. */
const scenesOf = (sample: Sample): readonly Scene[] => {
  const { scene, clip } = about(sample);
  return scene === undefined ? clip!.frames : [scene];
};

/** Every text of a sample. */
const textsOf = (sample: Sample): string[] => {
  const { negatives, questions } = about(sample);
  return [
    ...sample.captions.map(({ text }) => text),
    ...negatives.flatMap(({ positive, negative }) => [positive, negative]),
    ...questions.flatMap(({ question, answer }) => [question, answer]),
  ];
};

describe("determinism", () => {
  test("an item is the same whenever it is asked for, and other with another seed or split", () => {
    const spec = { kinds: everything, count: 30 };
    const all = [...world(spec).samples()];
    const late = world(spec);
    expect(late.item(17)).toEqual(all.filter(({ key }) => key.startsWith("world-train-0000017")));
    expect(late.item(3)).toEqual(world(spec).item(3));
    const firstPixels = (change: WorldSpecInput): string =>
      String(
        world({ ...pictures, ...change })
          .item(0)
          .map(({ image }) => "data" in image && image.data),
      );
    expect(new Set([firstPixels({}), firstPixels({ seed: 1 }), firstPixels({ split: "validation" })]).size).toBe(3);
    expect(new Set(all.map(({ key }) => key)).size).toBe(all.length);
  });
});

describe("what is said", () => {
  const samples = [...world({ ...pictures, count: 250, negatives: 13, questions: 7 }).samples()];

  test("every caption is true, every negative is false and its positive true, by rules that leave nothing open", () => {
    let checked = 0;
    for (const sample of samples) {
      const { scene, statements, negatives } = about(sample);
      for (const statement of statements) expect(holds(statement, scene!)).toBe(true);
      for (const { positiveStatement, negativeStatement } of negatives) {
        expect(holds(positiveStatement, scene!)).toBe(true);
        expect(holds(negativeStatement, scene!)).toBe(false);
        checked++;
      }
    }
    expect(checked).toBeGreaterThan(1000);
  });

  test("all types of negatives and kinds of questions occur; the two texts of a pair differ", () => {
    const negatives = samples.flatMap((sample) => about(sample).negatives);
    const types: NegativeCaption["type"][] = ["add-attribute", "add-count", "add-object", "add-relation"];
    const more = ["object", "attribute", "relation", "count"].flatMap((part) => [`replace-${part}`, `swap-${part}`]);
    expect([...new Set(negatives.map(({ type }) => type))].sort()).toEqual([...types, ...more, "replace-text"].sort());
    expect(negatives.filter(({ positive, negative }) => positive === negative)).toEqual([]);
    const kinds = new Set(samples.flatMap((sample) => about(sample).questions.map(({ kind }) => kind)));
    expect([...kinds].sort()).toEqual(["background", "colour", "count", "is-there", "relation", "text", "which"]);
  });

  test("yes and no are about equally often right", () => {
    const answers = samples
      .flatMap((sample) => about(sample).questions)
      .filter(({ answer }) => answer === "yes" || answer === "no");
    const share = answers.filter(({ answer }) => answer === "yes").length / answers.length;
    expect(answers.length).toBeGreaterThan(200);
    expect(Math.abs(share - 0.5)).toBeLessThan(0.1);
  });

  test("counts and texts are answered as the scene has them", () => {
    const wrong: string[] = [];
    for (const sample of samples) {
      const { scene, questions } = about(sample);
      for (const { kind, question, answer, language } of questions) {
        const isRight = {
          text: () => scene!.objects.some(({ text }) => text === answer),
          count: () => scene!.objects.filter((object) => isCounted(object, question)).length === Number(answer),
        };
        if ((kind === "text" || kind === "count") && language === "en" && !isRight[kind]()) wrong.push(question);
      }
    }
    expect(wrong).toEqual([]);
  });

  test("captions reach from three words to a paragraph, in both languages, and say that they are synthetic", () => {
    const english = samples.flatMap(({ captions }) => captions.filter(({ language }) => language === "en"));
    const lengths = english.map(({ text }) => text.split(" ").length);
    expect(Math.min(...lengths)).toBe(3);
    expect(Math.max(...lengths)).toBeGreaterThan(40);
    for (const sample of samples) {
      expect(sample.captions.filter(({ language }) => language === "ko")).toHaveLength(3);
      expect(sample.captions.every(({ provenance }) => provenance === "synthetic: fovea-worlds-1")).toBe(true);
      expect(sample.metadata["synthetic"]).toBe(true);
    }
  });

  test("boxes and masks agree, and stay in the picture", () => {
    for (const { boxes = [] } of samples) {
      for (const { x, y, width, height, mask } of boxes) {
        expect(x >= 0 && y >= 0 && x + width <= 128 && y + height <= 128).toBe(true);
        const area = mask!.counts.filter((_, index) => index % 2 === 1).reduce((sum, run) => sum + run, 0);
        expect(area).toBeLessThanOrEqual(width * height);
        expect(mask!.counts.reduce((sum, run) => sum + run, 0)).toBe(128 * 128);
      }
    }
  });
});

describe("splits", () => {
  const make = (split: SplitName, count: number) => [
    ...world({ kinds: everything, split, count, negatives: 13, masks: false }).samples(),
  ];

  /** The held-out nouns, words and combinations that scenes show. */
  const shown = (scenes: readonly Scene[]) => {
    const held = { nouns: new Set<string>(), combinations: new Set<string>() };
    for (const { objects } of scenes) {
      for (const { noun, text, attributes } of objects) {
        if (isHeldOutNoun(noun)) held.nouns.add(noun);
        if (text !== undefined && isHeldOutText(text)) held.nouns.add(text);
        for (const name of ["colour", "material"] as const) {
          const value = attributes[name];
          if (value !== undefined && isHeldOutCombination(name, value, noun)) held.combinations.add(`${value} ${noun}`);
        }
        const count = objects.filter((other) => other.noun === noun).length;
        if (count > 1 && isHeldOutCombination("count", String(count), noun)) held.combinations.add(`${count} ${noun}`);
      }
    }
    return held;
  };

  test("training and validation show and say nothing that is held out", () => {
    const held = emojiNouns.filter(({ name }) => isHeldOutNoun(name));
    expect(held.length / emojiNouns.length).toBeGreaterThan(0.05);
    expect(held.length / emojiNouns.length).toBeLessThan(0.2);
    for (const split of ["train", "validation"] as const) {
      for (const sample of make(split, 250)) {
        const { nouns, combinations } = shown(scenesOf(sample));
        expect([...nouns, ...combinations]).toEqual([]);
        expect(
          scenesOf(sample).flatMap(({ objects }) => objects.map(({ attributes }) => attributes.style)),
        ).not.toContain("twemoji");
        for (const text of textsOf(sample)) expect(heldOutWords(text)).toEqual([]);
      }
    }
  });

  test("each test shows in every scene what it tests, and never what another one tests", () => {
    for (const sample of make("nouns", 40)) expect(shown(scenesOf(sample)).nouns.size).toBeGreaterThan(0);
    for (const sample of make("combinations", 40)) {
      const { nouns, combinations } = shown(scenesOf(sample));
      expect(nouns.size).toBe(0);
      expect(combinations.size).toBeGreaterThan(0);
    }
    for (const sample of make("styles", 40)) {
      const { nouns, combinations } = shown(scenesOf(sample));
      expect(nouns.size + combinations.size).toBe(0);
      expect(scenesOf(sample).flatMap(({ objects }) => objects.map(({ attributes }) => attributes.style))).toContain(
        "twemoji",
      );
    }
  });

  test("what combinations hold out is known in its parts", () => {
    const known = new Set(
      make("train", 500)
        .flatMap(scenesOf)
        .flatMap(({ objects }) =>
          objects.flatMap(({ noun, attributes: { colour, material } }) => [noun, colour, material]),
        ),
    );
    for (const { objects } of make("combinations", 40).flatMap(scenesOf)) {
      for (const { noun, attributes } of objects)
        expect([...known]).toEqual(expect.arrayContaining([noun, attributes.colour, attributes.material]));
    }
  });
});

/** Held-out nouns, and pairs of a colour or material and a noun, that an English text names: read from the words alone. */
function heldOutWords(text: string): string[] {
  const found: string[] = [];
  let rest = text.replaceAll(/"[^"]*"/g, "");
  for (const { name, plural } of longestFirst) {
    for (const form of [plural, name]) {
      if (!rest.includes(form)) continue;
      const pattern = new RegExp(`\\b(?:(\\w+) )?(?:(\\w+) )?${form}\\b`, "g");
      for (const [, first = "", second = ""] of rest.matchAll(pattern)) {
        if (isHeldOutNoun(name)) found.push(name);
        for (const word of [first, second]) {
          const attribute = isNameOf(colours, word) ? "colour" : isNameOf(materials, word) ? "material" : undefined;
          if (attribute && isHeldOutCombination(attribute, word, name)) found.push(`${word} ${name}`);
        }
      }
      rest = rest.replaceAll(new RegExp(`\\b${form}\\b`, "g"), "#");
    }
  }
  return found;
}
const longestFirst = emojiNouns.toSorted((a, b) => b.name.length - a.name.length);

/** Whether a statement holds, by the plain meaning of its words: no doubt, no kinship, no thresholds but one pixel. */
function holds(statement: Statement, scene: Scene): boolean {
  return statement.every((fact: Fact) => {
    if (fact.kind === "background") return fact.name === scene.background;
    if (fact.kind === "relation")
      return scene.objects.some((a) =>
        scene.objects.some((b) => a !== b && isOf(fact.subject, a) && isOf(fact.object, b) && lies(fact, a, b, scene)),
      );
    if (fact.kind !== "there") throw new Error(fact.kind);
    const count = scene.objects.filter((object) => isOf(fact.what, object)).length;
    return fact.exact ? count === fact.count : count >= fact.count;
  });
}

const isOf = ({ noun, text, attributes = {} }: Description, object: SceneObject): boolean =>
  noun === object.noun &&
  (text === undefined || text === object.text) &&
  attributeNames.every((name) => attributes[name] === undefined || attributes[name] === object.attributes[name]);

function lies({ relation }: RelationFact, a: SceneObject, b: SceneObject, { overlaps }: Scene): boolean {
  const dx = b.box.x + b.box.width / 2 - a.box.x - a.box.width / 2;
  const dy = b.box.y + b.box.height / 2 - a.box.y - a.box.height / 2;
  const hides = (one: SceneObject, other: SceneObject) =>
    overlaps.some(({ front, behind }) => front === one.id && behind === other.id);
  const slack = 128 * 0.05; // what is level by the truth's own rule lies in no direction
  return {
    left: dx > slack,
    right: dx < -slack,
    above: dy > slack,
    below: dy < -slack,
    front: hides(a, b),
    behind: hides(b, a),
  }[relation];
}

/** Whether a question for a number asks for things like this one. */
const isCounted = (object: SceneObject, question: string): boolean =>
  namesOf(object).some((name) => question === `How many ${name} are there?`);

/** Every way to name an object in the plural, from its noun alone to all of its attributes. */
function namesOf(object: SceneObject): string[] {
  const attributes = attributeNames.filter((name) => object.attributes[name] !== undefined);
  return Array.from({ length: 2 ** attributes.length }, (_, bits) => {
    const chosen = attributes.filter((_, index) => (bits >> index) % 2 === 1);
    const some = Object.fromEntries(chosen.map((name) => [name, object.attributes[name]]));
    return [undefined, object.text].map((text) =>
      words({ noun: nounNamed(object.noun).name, attributes: some, ...(text !== undefined && { text }) }, true),
    );
  }).flat();
}
