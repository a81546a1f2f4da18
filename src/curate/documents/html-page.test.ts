import { expect, test } from "vitest";
import { readPage } from "./html-page.ts";

test("paragraphs and pictures in reading order, without what frames a page", () => {
  const page = readPage(
    `<!doctype html><html lang="en-GB"><head><title> A walk  to the sea </title><style>p {}</style></head><body>
    <header><p>The Daily Walk</p></header><nav><a href="/">Home</a></nav>
    <div id="menu">Shop now</div>
    <main><h1>A walk to the <em>sea</em></h1>
      <div class="post-date">3 May<p>By <b>Ann</b></p></div>
      <p>We went   out early.<br>The sun was low.</p>
      <figure><img src="/img/sea.jpg" alt=" The  sea " width="640" height="480px"><figcaption>The sea at nine.</figcaption></figure>
      Loose text<span> in the middle</span>
      <table><tr><td>a table</td></tr></table><ul><li>a list</li></ul><form>Your name</form><script>track()</script>
      <p class="note site-info">All rights reserved</p>
      <aside class="Sponsored"><p>Buy shoes</p><img src="shoes.jpg"></aside>
      <p>Then we <img src="crab.png" width="50%"> saw a crab.</p>
    </main><div class="footer">Imprint</div><footer>(c)</footer></body></html>`,
    "https://walks.example/2024/sea.html",
  );
  expect(page.title).toBe("A walk to the sea");
  expect(page.language).toBe("en-GB");
  expect(page.sections).toEqual([
    [
      { kind: "text", text: "A walk to the sea" },
      { kind: "text", text: "By Ann" },
      { kind: "text", text: "We went out early.\nThe sun was low." },
      { kind: "image", url: "https://walks.example/img/sea.jpg", alt: "The sea", width: 640, height: 480 },
      { kind: "text", text: "The sea at nine." },
      { kind: "text", text: "Loose text in the middle" },
      { kind: "text", text: "Then we" },
      { kind: "image", url: "https://walks.example/2024/crab.png" },
      { kind: "text", text: "saw a crab." },
    ],
  ]);
});

test("a teaser's link to the rest begins another document", () => {
  const page = readPage("<p>One.</p><a class='more-link' href='/1'>Read on</a><p>Two.</p><p class=more-link>x</p>");
  expect(page).toEqual({ sections: [[{ kind: "text", text: "One." }], [{ kind: "text", text: "Two." }]] });
});

test("pictures that load late, and addresses that the page gives a base", () => {
  const page = readPage(
    `<base href="https://cdn.example/a/"><img src="data:image/gif;base64,R0" data-src="late.jpg">
     <img srcset="small.jpg 1x, large.jpg 2x"><img src="  "><img><img src="http://[bad">`,
    "https://page.example/",
  );
  expect(page.sections.flat().map((part) => part.kind === "image" && part.url)).toEqual([
    "https://cdn.example/a/late.jpg",
    "https://cdn.example/a/small.jpg",
    "http://[bad",
  ]);
});

test("whatever is thrown at it: nothing, text alone, tags that never end, nesting without end", () => {
  expect(readPage("")).toEqual({ sections: [] });
  expect(readPage("just words").sections).toEqual([[{ kind: "text", text: "just words" }]]);
  expect(readPage("<p>one<p>two<div").sections.flat()).toHaveLength(2);
  expect(readPage(`<p>top</p>${"<div>".repeat(100_000)}deep`).sections).toEqual([[{ kind: "text", text: "top" }]]);
  expect(readPage(`<svg><text>drawn</text></svg><math><mi>x</mi></math><p>p</p>`).sections.flat()).toHaveLength(1);
});
