import { describe, expect, test } from "vitest";
import type { Attributes } from "./attributes.ts";
import type { Description, Fact, Relation } from "./facts.ts";
import type { Scene, SceneObject } from "./scene.ts";
import { truthOf } from "./truth.ts";

/** A thing of 10 x 10 pixels about a place. */
const thing = (
  id: number,
  noun: string,
  x: number,
  y: number,
  attributes: Attributes = {},
  text?: string,
): SceneObject => ({
  id,
  noun,
  attributes,
  box: { x: x - 5, y: y - 5, width: 10, height: 10 },
  visible: 1,
  ...(text !== undefined && { text }),
});

const scene: Scene = {
  width: 100,
  height: 100,
  background: "meadow",
  objects: [
    thing(0, "dog", 20, 50, { colour: "red", size: "large" }),
    thing(1, "cat", 60, 52, { colour: "blue", size: "small" }),
    thing(2, "circle", 64, 56, { colour: "grey", size: "medium", material: "striped" }),
    thing(3, "circle", 85, 10, { colour: "grey", size: "medium", material: "striped" }),
    thing(4, "sign", 50, 90, { colour: "black" }, "STOP"),
    thing(5, "elephant", 20, 85, { size: "large" }),
  ],
  overlaps: [{ front: 2, behind: 1, share: 0.3 }],
};

const there = (what: Description, count = 1, exact = false): Fact => ({ kind: "there", what, count, exact });
const relation = (a: string, relation: Relation, b: string): Fact => ({
  kind: "relation",
  subject: { noun: a },
  relation,
  object: { noun: b },
});
const truth = (...facts: Fact[]) => truthOf(facts, scene);

describe("what there is", () => {
  test.each([
    ["a thing by its name", there({ noun: "dog" }), true],
    ["with an attribute", there({ noun: "dog", attributes: { colour: "red" } }), true],
    ["with a wrong one", there({ noun: "dog", attributes: { colour: "blue" } }), false],
    ["an absent thing", there({ noun: "kite" }), false],
    ["a name that may be used of something there", there({ noun: "lion" }), "unclear"], // of the cat
    ["two, exactly", there({ noun: "circle" }, 2, true), true],
    ["at least one of two", there({ noun: "circle" }), true],
    ["one of two, exactly", there({ noun: "circle" }, 1, true), false],
    ["three of two", there({ noun: "circle" }, 3, true), false],
    ["any six things", there({}, 6, true), true],
    ["a colour nobody knows", there({ noun: "elephant", attributes: { colour: "grey" } }), "unclear"],
    ["a size next to the true one", there({ noun: "circle", attributes: { size: "large" } }), "unclear"],
    ["a size far from it", there({ noun: "cat", attributes: { size: "large" } }), false],
    [
      "a colour that may be taken for the true one",
      there({ noun: "circle", attributes: { colour: "white" } }),
      "unclear",
    ],
    ["what is written", there({ noun: "sign", text: "STOP" }), true],
    ["what is not", there({ noun: "sign", text: "STEP" }), false],
  ])("%s", (_, fact, expected) => expect(truth(fact)).toBe(expected));
});

describe("relations", () => {
  test.each([
    ["dog", "left", "cat", true],
    ["cat", "left", "dog", false],
    ["cat", "right", "dog", true],
    ["dog", "above", "cat", false], // 2 % higher: level with it
    ["dog", "above", "elephant", true],
    ["elephant", "below", "dog", true],
    ["sign", "right", "elephant", true],
    ["elephant", "below", "sign", false],
    ["circle", "front", "cat", true],
    ["cat", "behind", "circle", true],
    ["cat", "front", "circle", false],
    ["dog", "front", "elephant", false],
    ["dog", "left", "kite", false],
    ["cat", "right", "sign", "unclear"], // a little to the right, and far above
  ] as const)("%s %s %s: %s", (a, name, b, expected) => expect(truth(relation(a, name, b))).toBe(expected));
});

describe("statements", () => {
  const unclear = there({ noun: "lion" });
  test("all facts have to hold: one false makes it false, else one unclear makes it unclear", () => {
    expect(truth(there({ noun: "dog" }), { kind: "background", name: "meadow" })).toBe(true);
    expect(truth(there({ noun: "dog" }), { kind: "background", name: "sea" })).toBe(false);
    expect(truth(there({ noun: "dog" }), unclear)).toBe("unclear");
    expect(truth(unclear, there({ noun: "kite" }))).toBe(false);
  });

  test("a picture does not tell what moves", () => {
    expect(truth({ kind: "moves", what: { noun: "dog" }, direction: "left" })).toBe("unclear");
  });
});
