import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { readCards, registry } from "../../scripts/cards.mjs";

const models = new URL("../models/", import.meta.url);

test("the list of models is that of the cards", () => {
  const written = readFileSync(new URL("cards/registry.ts", models), "utf8");
  expect(written, 'run "npm run cards"').toBe(registry(readCards()));
});

test("listing models loads no model's code", () => {
  const imports = readCards().flatMap(({ path }) => {
    const text = readFileSync(new URL(path, models), "utf8");
    return [...text.matchAll(/^import .*from "(.*)";$/gm)].map(([, from]) => from);
  });
  expect(new Set(imports)).toEqual(new Set(["../cards/card.ts"]));
});
