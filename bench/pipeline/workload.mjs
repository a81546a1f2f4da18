import { writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { photos } from "../photos.mjs";

/** Pixels, the side of a training picture. */
export const side = 224;

/** Pictures a unit of work. */
export const picturesPerUnit = 256;

/** Paths of JPEG files of 256 x 256 pixels. */
export const files = () => photos({ count: picturesPerUnit, width: 256, height: 256 });

/**
 * Writes a table of the files, each with a caption of its own, as the library reads it; returns its path.
 * @param {string} folder
 */
export async function writeTable(folder) {
  const rows = (await files()).map((path) => ({ path, caption: `photo ${basename(path, ".jpg")}` }));
  const table = join(folder, "photos.jsonl");
  writeFileSync(table, rows.map((row) => `${JSON.stringify(row)}\n`).join(""));
  return table;
}
