import { expect, test } from "vitest";
import { zeros } from "./init.ts";
import { Scope } from "./scope.ts";
import { freeze, rename } from "./transforms.ts";

test("freeze: what matches does not train, or all below the scope", () => {
  const root = Scope.root();
  const scope = root.with(freeze(/^vision\./));
  for (const path of ["vision.weight", "text.weight", "text.vision.weight"]) scope.param(path, [1], zeros);
  root.at("head").with(freeze()).param("weight", [1], zeros);
  expect(root.parameters.map(({ path, trainable }) => [path, trainable])).toEqual([
    ["vision.weight", false],
    ["text.weight", true],
    ["text.vision.weight", true],
    ["head.weight", false],
  ]);
});

test("rename: another path, and towards an existing one the same parameter", () => {
  const root = Scope.root();
  const scope = root.with(rename(/^lm_head\.weight$/, "embed.weight"));
  const embedding = scope.at("embed").param("weight", [3, 2], zeros);
  expect(scope.at("lm_head").param("weight", [3, 2], zeros)).toBe(embedding);
  expect(root.parameters.map(({ path }) => path)).toEqual(["embed.weight"]);
});

test("a tie of two shapes is refused", () => {
  const scope = Scope.root().with(rename(/^b$/, "a"));
  scope.param("a", [2], zeros);
  expect(() => scope.param("b", [3], zeros)).toThrow(/a: declared with shape \[2\], and again with \[3\]/);
});
