import { expect, test } from "vitest";
import { optOutOf, optOutSignals, type HeaderLists } from "./opt-out.ts";

const all = new Set(optOutSignals);
const robots = (...values: string[]): HeaderLists => ({ "x-robots-tag": values });

test.each<[string | undefined, HeaderLists]>([
  ["noai", robots("noai")],
  ["noai", robots("NoAI, noimageai")],
  ["noimageai", robots("nofollow", "noarchive,  noimageai ")],
  ["noindex", robots("unavailable_after: 25 Jun 2030 15:00:00 PST, noindex")],
  ["noindex", robots("fovea: noindex")],
  ["noindex", robots("*: noindex")],
  ["noai", robots("otherbot: nofollow, fovea: nofollow, noai")],
  ["none", robots("none")],
  ["noindex", robots("max-image-preview: large, noindex")],
  [undefined, robots("otherbot: noindex, noai")],
  [undefined, robots("otherbot: noai", "max-snippet: 20")],
  [undefined, robots("noaiming, all")],
  [undefined, {}],
  ["tdm-reservation", { "tdm-reservation": ["1"] }],
  [undefined, { "tdm-reservation": ["0"] }],
  ["train-ai", { "content-usage": ["search=y, train-ai=n"] }],
  [undefined, { "content-usage": ["train-ai=y"] }],
])("%s of %j", (signal, headers) => expect(optOutOf(headers, all, "fovea")).toBe(signal));

test("only what is respected counts", () => {
  expect(optOutOf(robots("noai, noindex"), new Set(["noindex"]), "fovea")).toBe("noindex");
  expect(optOutOf(robots("noai, noindex"), new Set(), "fovea")).toBeUndefined();
});
