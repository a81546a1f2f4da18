// Debian's clip art with its metadata as a table of pairs: `node bench/curate/openclipart.mjs TABLE.jsonl`, after
// `apt-get install openclipart-png openclipart-svg`. The pictures are the PNG files; titles, keywords and descriptions are those inside the SVG.
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const root = "/usr/share/openclipart";

/** @type {(text: string) => string} */
const unescaped = (text) =>
  text
    .replaceAll(/&#(\d+);/g, (_, code) => String.fromCodePoint(Number(code)))
    .replaceAll("&lt;", "<")
    .replaceAll("&gt;", ">")
    .replaceAll("&quot;", '"')
    .replaceAll("&apos;", "'")
    .replaceAll("&amp;", "&")
    .trim();

/** @type {(text: string, name: string) => string} the content of the first element of this name, empty if there is none */
const element = (text, name) => unescaped(new RegExp(`<${name}[^>]*>([^<]*)<`).exec(text)?.[1] ?? "");

const [table] = process.argv.slice(2);
if (table === undefined) throw new Error("name the table to write: node bench/curate/openclipart.mjs TABLE.jsonl");
const names = readdirSync(join(root, "png"), { recursive: true, encoding: "utf8" })
  .filter((name) => name.endsWith(".png"))
  .sort();
const rows = names.map((name) => {
  const svg = join(root, "svg", name.replace(/\.png$/, ".svg"));
  const text = existsSync(svg) ? (/<metadata[\s\S]*?<\/metadata>/.exec(readFileSync(svg, "utf8"))?.[0] ?? "") : "";
  return {
    file_name: join(root, "png", name),
    caption: element(text, "dc:title"),
    description: element(text, "dc:description"),
    keywords: Array.from(text.matchAll(/<rdf:li>([^<]*)</g), ([, word = ""]) => unescaped(word)),
  };
});
writeFileSync(table, rows.map((row) => `${JSON.stringify(row)}\n`).join(""));
console.log(`${rows.length} pictures, ${rows.filter(({ caption }) => caption !== "").length} with a title: ${table}`);
