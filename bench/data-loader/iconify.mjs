import { createReadStream, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { createInterface } from "node:readline";

/** @import { Sample } from "../../dist/data/sample.js" */

/**
 * Every icon of @iconify/json with colours of its own, as an SVG file with its name for a caption. Memory holds one icon at a time.
 * @returns {AsyncGenerator<Sample>}
 */
export async function* colouredIcons() {
  const folder = dirname(createRequire(import.meta.url).resolve("@iconify/json/collections.json"));
  /** @type {Record<string, { palette: boolean }>} */
  const sets = JSON.parse(readFileSync(join(folder, "collections.json"), "utf8"));
  for (const prefix of Object.keys(sets).filter((name) => sets[name]?.palette)) {
    const path = join(folder, "json", `${prefix}.json`);
    /** @type {Frame} */
    const usual = { width: 16, height: 16, left: 0, top: 0 };
    for await (const line of linesOf(path)) {
      const [, name = "", value] = /^\t"(width|height|left|top)": (-?[\d.]+),?$/.exec(line) ?? [];
      if (value !== undefined) Object.assign(usual, { [name]: Number(value) });
    }
    for await (const [name, icon] of iconsOf(path)) {
      yield {
        key: `${prefix}:${name}`,
        image: new TextEncoder().encode(svg({ ...usual, ...icon })),
        captions: [{ text: name.replaceAll("-", " "), language: "en" }],
        metadata: { set: prefix },
      };
    }
  }
}

/** Lines of a file, not all of it: the largest set has 100 MB, and parsed at once would take five times as much memory. */
const linesOf = (/** @type {string} */ path) => createInterface({ input: createReadStream(path), crlfDelay: Infinity });

/**
 * The icons of a set, each an object of its own lines between a line with its name and one with a brace.
 *
 * @param {string} path
 * @returns {AsyncGenerator<[name: string, icon: Partial<Frame> & { body: string }]>}
 */
async function* iconsOf(path) {
  let isIcons = false;
  let name = "";
  /** @type {string[]} */
  let fields = [];
  for await (const line of linesOf(path)) {
    if (line.startsWith('\t"')) isIcons = line === '\t"icons": {';
    else if (!isIcons) continue;
    else if (line.startsWith('\t\t"')) [name, fields] = [JSON.parse(line.slice(2, line.lastIndexOf(":"))), []];
    else if (line.startsWith("\t\t}")) yield [name, JSON.parse(`{${fields.join("")}}`)];
    else fields.push(line);
  }
}

/** @typedef {{ width: number, height: number, left: number, top: number }} Frame */

/** @param {Frame & { body: string }} icon */
const svg = ({ body, width, height, left, top }) =>
  `<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" width="${width}" height="${height}" viewBox="${left} ${top} ${width} ${height}">${body}</svg>`;
