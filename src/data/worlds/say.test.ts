import { describe, expect, test } from "vitest";
import type { Fact, Statement } from "./facts.ts";
import { say } from "./say.ts";

const there = (noun: string, count = 1, attributes = {}, exact = count > 1): Fact => ({
  kind: "there",
  what: { noun, attributes },
  count,
  exact,
});
const redDog = { noun: "dog", attributes: { colour: "red" } } as const;
const cat = { noun: "cat" } as const;

describe("English", () => {
  const phrase = (...facts: Fact[]) => say(facts, "phrase", "en", 0);
  test.each<[string, Statement]>([
    ["a large upside-down red dog", [there("dog", 1, { colour: "red", size: "large", rotation: "upside-down" })]],
    [
      "two small blue striped circles and an owl",
      [there("circle", 2, { size: "small", colour: "blue", material: "striped" }), there("owl")],
    ],
    ["three mice, a bus and an egg", [there("mouse", 3), there("bus"), there("egg")]],
    ["just one dog", [there("dog", 1, {}, true)]],
    ["some deer", [there("deer", 2, {}, false)]],
    ["a female firefighter with dark skin", [there("firefighter", 1, { gender: "woman", tone: "dark" })]],
    ["a pilot", [there("pilot", 1, { gender: "person" })]],
    ["a dog in the desert", [there("dog"), { kind: "background", name: "desert" }]],
    ["a red dog to the left of a cat", [{ kind: "relation", subject: redDog, relation: "left", object: cat }]],
    [
      "a cat, the red dog in front of the cat",
      [there("cat"), { kind: "relation", subject: redDog, relation: "front", object: cat }],
    ],
    [
      "first a cat vanishes, then a red dog appears",
      [{ kind: "before", first: { what: cat, change: "vanishes" }, second: { what: redDog, change: "appears" } }],
    ],
  ])("%s", (text, statement) => expect(phrase(...statement)).toBe(text));

  test("what is written on a sign", () => {
    const what = { noun: "sign", text: "STOP", attributes: { colour: "red", style: "bold" } } as const;
    expect(phrase({ kind: "there", what, count: 1, exact: false })).toBe('a red sign that says "STOP" in bold letters');
  });

  test("sentences: one wording for one number, verbs that agree", () => {
    const statement: Statement = [
      there("bat", 2),
      there("kite"),
      { kind: "relation", subject: redDog, relation: "above", object: cat },
    ];
    expect(say(statement, "sentence", "en", 0)).toBe("There are two bats and a kite. The red dog is above the cat.");
    expect(say(statement, "sentence", "en", 1)).toBe(
      "The picture shows two bats and a kite. The red dog is above the cat.",
    );
  });

  test("a paragraph", () => {
    const statement: Statement = [
      there("bat", 2),
      there("kite"),
      there("bee", 3),
      { kind: "background", name: "night" },
    ];
    expect(say(statement, "paragraph", "en", 0)).toBe(
      "This is a drawing of two bats and a kite under a night sky. There are also three bees.",
    );
  });
});

describe("Korean", () => {
  test.each<[string, Statement]>([
    ["큰 빨간색 개", [there("dog", 1, { colour: "red", size: "large" })]],
    [
      "개 두 마리와 파란색 줄무늬 원 세 개",
      [there("dog", 2), there("circle", 3, { colour: "blue", material: "striped" })],
    ],
    ["버스 네 대", [there("bus", 4)]],
    ["어두운 피부의 여자 소방관", [there("firefighter", 1, { gender: "woman", tone: "dark" })]],
    ["빨간색 개가 고양이의 왼쪽에 있다", [{ kind: "relation", subject: redDog, relation: "left", object: cat }]],
    ["별이 위로 움직인다", [{ kind: "moves", what: { noun: "star" }, direction: "up" }]],
    [
      "먼저 고양이가 사라지고 그다음 빨간색 개가 나타난다",
      [{ kind: "before", first: { what: cat, change: "vanishes" }, second: { what: redDog, change: "appears" } }],
    ],
  ])("%s", (text, statement) => expect(say(statement, "phrase", "ko", 0)).toBe(text));

  test("particles follow the sound before them", () => {
    const statement: Statement = [there("dog"), { kind: "background", name: "sea" }];
    expect(say(statement, "sentence", "ko", 0)).toBe("바닷가에 개가 있다.");
    expect(say([there("star"), there("dog")], "sentence", "ko", 0)).toBe("별과 개가 있다.");
    expect(say([there("dog", 3)], "sentence", "ko", 0)).toBe("개 세 마리가 있다.");
  });
});
