import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";

/** @import { Sample } from "../../dist/data/sample.js" */

/**
 * Every icon of @iconify/json with colours of its own, as an SVG file with its name for a caption. Memory holds one set at a time.
 * @returns {AsyncGenerator<Sample>}
 */
export async function* colouredIcons() {
  const folder = dirname(createRequire(import.meta.url).resolve("@iconify/json/collections.json"));
  const read = (/** @type {string} */ path) => JSON.parse(readFileSync(join(folder, path), "utf8"));
  /** @type {Record<string, { palette: boolean }>} */
  const sets = read("collections.json");
  for (const prefix of Object.keys(sets).filter((name) => sets[name]?.palette)) {
    /** @type {{ icons: Record<string, Icon>, width?: number, height?: number }} */
    const { icons, width = 16, height = 16 } = read(join("json", `${prefix}.json`));
    for (const [name, icon] of Object.entries(icons)) {
      yield {
        key: `${prefix}:${name}`,
        image: new TextEncoder().encode(svg({ width, height, ...icon })),
        captions: [{ text: name.replaceAll("-", " "), language: "en" }],
        metadata: { set: prefix },
      };
    }
  }
}

/** @typedef {{ body: string, width?: number, height?: number, left?: number, top?: number }} Icon */

/** @param {Icon} icon */
const svg = ({ body, width, height, left = 0, top = 0 }) =>
  `<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" width="${width}" height="${height}" viewBox="${left} ${top} ${width} ${height}">${body}</svg>`;
