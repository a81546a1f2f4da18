import { describe, expect, test } from "vitest";
import { faultOf, isIn, obelicsText } from "./text-filter.ts";

const paragraph = (text: string, language = "en") => faultOf(text, obelicsText.paragraph, language);
const prose = "We went out early in the morning, and the sun was still low over the sea when we saw it.";

describe("paragraphs", () => {
  test("prose passes", () => expect(paragraph(prose)).toBeUndefined());
  test.each([
    ["SHORT", "Read more"],
    ["LONG", `${prose} `.repeat(60)],
    ["REPEATS_CHARACTERS", "the cat is here the cat is here the cat is here the cat is here"],
    ["SPECIAL_CHARACTERS", "Tel. +49 30 1234567 / +49 30 7654321 or at 10:00-12:00 from 24.12. on"],
    ["KEYWORDS", "cheap running shoes women discount online store free shipping"],
    ["NO_PUNCTUATION", "we went out early in the morning and the sun was still low over the sea when we saw it"],
  ])("%s", (fault, text) => expect(paragraph(text)).toBe(fault));

  test("words that repeat", () => {
    const said = "and so it went on and on for as long as anybody could see; ";
    expect(faultOf(`${said}${said}`, { ...obelicsText.paragraph, characterRepetition: 1 }, "en")).toBe("REPEATS_WORDS");
  });

  test("words of a list of one's own: one in a hundred may be flagged, here one of twenty", () => {
    const flagged = new Set(["morning"]);
    expect(faultOf(prose, obelicsText.paragraph, "en", flagged)).toBe("FLAGGED_WORDS");
    expect(faultOf(prose, { ...obelicsText.paragraph, flaggedWords: 0.05 }, "en", flagged)).toBeUndefined();
  });

  test("function words are asked for in English alone", () => {
    expect(paragraph("우리는 아침 일찍 바다로 나갔고 해는 아직 낮았다.", "ko")).toBeUndefined();
    expect(paragraph("우리는 아침 일찍 바다로 나갔고 해는 아직 낮았다.", "en")).toBe("KEYWORDS");
  });
});

test("a document's language: what cannot be told passes", () => {
  expect(isIn("en", prose)).toBe(true);
  expect(isIn("en", "Wir gingen früh am Morgen aus dem Haus und sahen das Meer, das nicht weit ist.")).toBe(false);
  expect(isIn("en", "Xyzzy")).toBe(true);
});
