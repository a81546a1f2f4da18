import { expect, test } from "vitest";
import { iconFinder, IconSetFile, iconSvg } from "./icon-set.ts";

const set = IconSetFile.parse({
  prefix: "toy",
  width: 32,
  height: 32,
  icons: { dog: { body: "<circle/>" }, flag: { body: "<rect/>", height: 20 }, "keycap-1": { body: "<path/>" } },
  aliases: {
    hound: { parent: "dog", hFlip: true },
    mirrored: { parent: "hound", hFlip: true },
    lost: { parent: "nowhere" },
    round: { parent: "round" },
  },
});

test("a drawing is found by code points, with or without variation selectors, else by the label", () => {
  const find = iconFinder(set, { "1f415": "hound", "1f3f3-fe0f-200d-1f308": "flag" });
  expect(find("1f415", "dog")).toBe("hound");
  expect(find("1f3f3-200d-1f308", "rainbow flag")).toBe("flag");
  expect(find("31-20e3", "keycap: 1")).toBe("keycap-1");
  expect(find("1f431", "cat")).toBeUndefined();
});

test.each([
  ["woman’s hat", "womans-hat"],
  ["piñata", "pinata"],
  ["flag: St. Kitts & Nevis", "flag-st-kitts-and-nevis"],
  ["A button (blood type)", "a-button-blood-type"],
])("the slug of %s is %s", (label, slug) => {
  const named = IconSetFile.parse({ prefix: "toy", icons: { [slug]: { body: "" } } });
  expect(iconFinder(named, {})("0", label)).toBe(slug);
});

test("an icon becomes a document of the size asked for", () => {
  expect(iconSvg(set, "flag", 64)).toBe(
    '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" width="64" height="64" viewBox="0 0 32 20"><rect/></svg>',
  );
});

test("aliases are followed, flips add up, dead ends and rings give nothing", () => {
  expect(iconSvg(set, "hound", 8)).toContain('<g transform="translate(32 0) scale(-1 1)"><circle/></g>');
  expect(iconSvg(set, "mirrored", 8)).toContain('viewBox="0 0 32 32"><circle/></svg>');
  expect(iconSvg(set, "lost", 8)).toBeUndefined();
  expect(iconSvg(set, "round", 8)).toBeUndefined();
});
