import { expect, test } from "vitest";
import { renderResults } from "./result-page.ts";

const facts = { score: 0.31234, caption: "", width: 640, height: 480 };

test("shows each picture with its score, name and size, and escapes what comes from data", () => {
  const page = renderResults({
    title: 'a "dog" <b>',
    facts: ["2 of 9 pictures in /pictures"],
    groups: [
      {
        pictures: [
          {
            ...facts,
            name: "/pictures/dog.jpg",
            thumbnail: "data:image/webp;base64,AAAA",
            caption: "<script>alert(1)</script>",
          },
          { ...facts, name: "/pictures/gone.jpg", width: null, note: "changed since it was indexed" },
        ],
      },
    ],
  });
  expect(page).toContain("<h1>a &quot;dog&quot; &lt;b&gt;</h1>");
  expect(page).toContain('<img src="data:image/webp;base64,AAAA" alt="&lt;script&gt;alert(1)&lt;/script&gt;"');
  expect(page).not.toContain("<script>");
  expect(page).toMatch(
    /0\.312<\/span> <small>640 × 480<\/small>\s*<code title="\/pictures\/dog\.jpg">dog\.jpg<\/code>/,
  );
  expect(page).toContain("cannot be read");
  expect(page).toContain("changed since it was indexed");
  expect(page.match(/https?:/g)).toBeNull(); // needs nothing from elsewhere
});

test("groups have headings", () => {
  const pictures = [{ ...facts, name: "a.png" }];
  const page = renderResults({
    title: "Near duplicates",
    facts: [],
    groups: [{ heading: "Group 1: 2 pictures", pictures }],
  });
  expect(page).toContain("<h2>Group 1: 2 pictures</h2>");
});
