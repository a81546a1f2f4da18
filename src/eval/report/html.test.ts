import { expect, test } from "vitest";
import { type Content, html, pngDataUri, trusted } from "./html.ts";

test("values are escaped, markup and lists of it are kept, nothing is written for undefined and false", () => {
  const hostile = `<b>"it's" & more</b>`;
  const list: Content = [html`<i>${hostile}</i>`, "<", undefined, false, 0];
  expect(html`<p title="${hostile}">${list}${trusted("<hr>")}</p>`.markup).toBe(
    '<p title="&lt;b&gt;&quot;it&#39;s&quot; &amp; more&lt;/b&gt;"><i>&lt;b&gt;&quot;it&#39;s&quot; &amp; more&lt;/b&gt;</i>&lt;0<hr></p>',
  );
});

test("a data address holds the bytes, also where they are many", () => {
  const bytes = Uint8Array.from({ length: 20_001 }, (_, i) => (i * 31) % 256);
  expect(pngDataUri(bytes)).toBe(`data:image/png;base64,${Buffer.from(bytes).toString("base64")}`);
});
