import { describe, expect, test } from "vitest";
import { fold, key } from "../../engine/random.ts";
import { defaultCaptionMix, trainingCaption, type CaptionMix } from "./captions.ts";
import type { EmojiConcept } from "./concepts.ts";

const wave: EmojiConcept = {
  code: "1f44b",
  group: 1,
  label: { en: "waving hand", ko: "흔드는 손" },
  tags: { en: ["bye", "hello", "wave", "hand", "later", "yo"], ko: ["손", "안녕"] },
  heldOut: false,
  unscored: null,
};

const only = (form: Exclude<keyof CaptionMix, "korean" | "wordDropout">, korean = 0): CaptionMix => ({
  korean,
  label: 0,
  template: 0,
  tags: 0,
  labelAndTags: 0,
  wordDropout: 0,
  [form]: 1,
});

/** All captions of many draws. */
const draws = (mix: CaptionMix, concept = wave, count = 500): string[] =>
  Array.from({ length: count }, (_, i) => trainingCaption(concept, fold(key(1), i), mix));

describe("forms", () => {
  test("the bare label", () => {
    expect(new Set(draws(only("label")))).toEqual(new Set(["waving hand"]));
    expect(new Set(draws(only("label", 1)))).toEqual(new Set(["흔드는 손"]));
  });

  test("templates, with an article where one belongs", () => {
    expect(new Set(draws(only("template")))).toEqual(
      new Set([
        "an emoji of waving hand",
        "an emoji of a waving hand",
        "waving hand emoji",
        "a picture of waving hand",
        "a picture of a waving hand",
        "an icon of a waving hand",
        "a drawing of a waving hand",
      ]),
    );
    expect(new Set(draws(only("template", 1)))).toEqual(
      new Set(["흔드는 손 이모지", "흔드는 손 그림", "흔드는 손 아이콘", "이모지: 흔드는 손"]),
    );
    const drawing = (en: string): string | undefined =>
      draws(only("template"), { ...wave, label: { ...wave.label, en } }).find((text) => text.startsWith("a drawing"));
    expect(["owl", "eyes", "compass", "Tokyo tower", "two hearts"].map(drawing)).toEqual([
      "a drawing of an owl",
      "a drawing of eyes",
      "a drawing of a compass",
      "a drawing of Tokyo tower",
      "a drawing of two hearts",
    ]);
  });

  test("one to four different tags in any order", () => {
    const lists = draws(only("tags")).map((text) => text.split(", "));
    expect(new Set(lists.map((list) => list.length))).toEqual(new Set([1, 2, 3, 4]));
    for (const list of lists) expect(new Set(list).size).toBe(list.length);
    expect(new Set(lists.map(([first]) => first))).toEqual(new Set(wave.tags.en));
  });

  test("the label with tags; without tags, the label", () => {
    for (const text of draws(only("labelAndTags"))) expect(text).toMatch(/^waving hand(, \w+){1,4}$/);
    const bare = { ...wave, tags: { en: [], ko: [] } };
    for (const form of ["tags", "labelAndTags"] as const)
      expect(new Set(draws(only(form), bare))).toEqual(new Set(["waving hand"]));
  });
});

test("forms and languages occur in the shares of the mix", () => {
  const texts = draws(defaultCaptionMix, wave, 4000);
  const share = (accept: (text: string) => boolean): number => texts.filter(accept).length / texts.length;
  // Within four standard errors of at most 0.0079.
  expect(Math.abs(share((text) => /[가-힣]/.test(text)) - 0.2)).toBeLessThan(0.026);
  expect(Math.abs(share((text) => text === "waving hand" || text === "흔드는 손") - 0.3)).toBeLessThan(0.03);
});

test("the key alone decides", () => {
  expect(draws(defaultCaptionMix)).toEqual(draws(defaultCaptionMix));
});

test("word dropout leaves words out, in order, and never all of them", () => {
  const mix = { ...only("label"), wordDropout: 0.5 };
  const drawn = new Set(Array.from({ length: 40 }, (_, i) => trainingCaption(wave, fold(key(1), i), mix)));
  expect(drawn).toEqual(new Set(["waving hand", "waving", "hand"]));
});
