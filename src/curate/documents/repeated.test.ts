import { expect, test } from "vitest";
import type { Page } from "./html-page.ts";
import { DocumentSet, findRepeated } from "./repeated.ts";

const page = (texts: readonly string[], urls: readonly string[]): Page => ({
  sections: [
    [
      ...texts.map((text) => ({ kind: "text", text }) as const),
      ...urls.map((url) => ({ kind: "image", url }) as const),
    ],
  ],
});

test("paragraphs of three pages of one site, pictures of more than ten pages; a page counts once", async () => {
  async function* pages() {
    for (let i = 0; i < 11; i++)
      yield {
        site: i < 3 ? "a" : `site ${i}`,
        page: page(
          ["Subscribe now.", `Story ${i}.`, "Twice.", "Twice."].slice(0, i < 2 ? 4 : 2),
          i < 10 ? ["star.png", "ten.png"] : ["star.png"],
        ),
      };
  }
  const repeated = await findRepeated(pages());
  expect(repeated.paragraph("a", "Subscribe now.")).toBe(true);
  expect(repeated.paragraph("site 5", "Subscribe now.")).toBe(false);
  expect(repeated.paragraph("a", "Twice.")).toBe(false);
  expect([repeated.picture("star.png"), repeated.picture("ten.png"), repeated.picture("other.png")]).toEqual([
    true,
    false,
    false,
  ]);
});

test("documents that are there already", () => {
  const all = new DocumentSet();
  expect(all.add("http://a", ["1", "2"])).toBeUndefined();
  expect(all.add("http://a", ["3"])).toBe("DOCUMENT_SAME_ADDRESS");
  expect(all.add("http://b", ["2", "1"])).toBe("DOCUMENT_SAME_PICTURES");
  expect(all.add("http://c", ["12"])).toBeUndefined(); // not the same as "1" and "2"
  expect(all.add("http://d", ["3"])).toBeUndefined(); // the one that had it was not added
});
