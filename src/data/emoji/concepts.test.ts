import { expect, test } from "vitest";
import { EmojibaseFile, normalCode, readConcepts } from "./concepts.ts";

const entry = (hexcode: string, label: string, group?: number, subgroup?: number, tags?: string[]) => ({
  hexcode,
  label,
  group,
  subgroup,
  tags,
});

test("texts of both languages are joined; components and regional indicators are left out", () => {
  const english = EmojibaseFile.parse([
    entry("1F1E6", "regional indicator A"),
    entry("1F3FB", "light skin tone", 2, 32),
    entry("1F636-200D-1F32B-FE0F", "face in clouds", 0, 4, ["fog"]),
  ]);
  const korean = EmojibaseFile.parse([entry("1F636-200D-1F32B-FE0F", "구름 속 얼굴", 0, 4)]);
  expect(readConcepts(english, korean)).toMatchObject([
    {
      code: "1f636-200d-1f32b",
      group: 0,
      label: { en: "face in clouds", ko: "구름 속 얼굴" },
      tags: { en: ["fog"], ko: [] },
      unscored: null,
    },
  ]);
  expect(() => readConcepts(english, [])).toThrow(
    'emojibase-data/ko: 1F636-200D-1F32B-FE0F: "face in clouds" has no Korean label\n' +
      "  mend: install the English and Korean files of one version of emojibase-data",
  );
});

test("what every vendor draws alike is not scored", () => {
  const list = EmojibaseFile.parse([
    entry("1F1F0-1F1F7", "flag: South Korea", 9, 98),
    entry("0031-FE0F-20E3", "keycap: 1", 8, 94),
    entry("1F7E5", "red square", 8, 96),
    entry("1F550", "one o’clock", 5, 58),
    entry("1F567", "twelve-thirty", 5, 58),
    entry("1F54F", "before the clocks", 5, 58),
    entry("1F568", "after the clocks", 5, 58),
    entry("23F0", "alarm clock", 5, 58),
  ]);
  const kinds = readConcepts(list, list).map(({ unscored }) => unscored);
  expect(kinds).toEqual(["flag", "keycap", "geometric", "clock", "clock", null, null, null]);
});

test("variation selectors do not tell codes apart", () => {
  expect(normalCode("2764-FE0F-200D-1F525")).toBe("2764-200d-1f525");
});
