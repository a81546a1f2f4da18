import { expect, test } from "vitest";
import { isSafePath, parseModelName } from "./model-name.ts";

test.each([
  ["gpt2", "gpt2", "main"],
  ["openai/clip-vit-base-patch32", "openai/clip-vit-base-patch32", "main"],
  ["openai/clip@refs/pr/3", "openai/clip", "refs/pr/3"],
])("%s is a name", (text, id, revision) => {
  expect(parseModelName(text)).toEqual({ id, revision });
});

test.each(["", "a/b/c", "../x", "a/..", "a--b", "/a", "a@", "a@b@c", "a@../x", "a b", "http://x/y", ".hidden"])(
  "%j is none",
  (text) => {
    expect(() => parseModelName(text)).toThrow(
      `hub: ${JSON.stringify(text)} is not the name of a model\n  mend: write it as`,
    );
  },
);

test("paths that stay in their folder", () => {
  expect(["a", "a/b.json", "..a/b..", "한글.txt"].filter((path) => !isSafePath(path))).toEqual([]);
  const bad = ["", "/a", "a/", "a//b", "./a", "../a", "a/../b", "a\\b", "C:a", "a\0b"];
  expect(bad.filter(isSafePath)).toEqual([]);
});
