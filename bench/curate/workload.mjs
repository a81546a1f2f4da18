import { existsSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { createRequire } from "node:module";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import sharp from "sharp";
import { fold, integer, key } from "../../dist/engine/random.js";
import { iconSvg, IconSetFile } from "../../dist/data/emoji/icon-set.js";
import { writeData } from "../../dist/data/formats/write-data.node.js";

/** Pixels, the side of a picture. */
export const side = 64;

/** The plan: every check that needs no model. */
export const stages = [
  { use: "readable" },
  { use: "picture-size", minSide: 32 },
  { use: "aspect-ratio" },
  { use: "odd-size" },
  { use: "blurry" },
  { use: "dark" },
  { use: "bright" },
  { use: "low-information" },
  { use: "greyscale" },
  { use: "file-name-caption" },
  { use: "repeated-caption", maxTemplate: 1000 }, // captions of an icon differ in their number alone: all of them are to go on
  { use: "boilerplate" },
  { use: "alt-text-noise" },
  { use: "personal-data" },
  { use: "language" },
  { use: "caption-length" },
  { use: "caption-complexity" },
  { use: "exact-duplicate" },
  { use: "near-duplicate" },
];

/**
 * Writes pairs as WebDataset shards, once, and returns their folder: emoji on grounds of one colour, JPEG of 64 pixels (about 1.7 kB), each with a
 * sentence of its own.
 * @param {number} pairs
 */
export async function writePairs(pairs) {
  const cache = fileURLToPath(new URL("../../.cache/bench/", import.meta.url));
  const folder = join(cache, `curate-${pairs}-${side}px`);
  if (existsSync(folder)) return folder;
  await mkdir(cache, { recursive: true });
  await writeData(samples(pairs), folder, {
    format: "webdataset",
    onDrop: (name, reason) => {
      throw new Error(`${name}: ${reason}`);
    },
  });
  return folder;
}

/** @param {number} pairs */
async function* samples(pairs) {
  const icons = await drawIcons(500);
  for (let start = 0; start < pairs; start += 32)
    yield* await Promise.all(
      Array.from({ length: Math.min(32, pairs - start) }, async (_, i) => sample(start + i, icons)),
    );
}

/** @typedef {{ name: string, rgba: Uint8Array }} Icon */

/** @type {(number: number, icons: readonly Icon[]) => Promise<import("../../dist/data/sample.js").Sample>} */
async function sample(number, icons) {
  const own = fold(key(1), number);
  const { name, rgba } = /** @type {Icon} */ (icons[number % icons.length]);
  const ground = [0, 1, 2].map((channel) => integer(fold(own, "ground", channel), 256));
  const shift = integer(fold(own, "shift"), side);
  const rgb = new Uint8Array(side * side * 3);
  for (let at = 0; at < side * side; at++) {
    const [x, y] = [(at + shift) % side, Math.floor(at / side)];
    const from = (y * side + x) * 4;
    const alpha = (rgba[from + 3] ?? 0) / 255;
    for (let channel = 0; channel < 3; channel++)
      rgb[at * 3 + channel] = alpha * (rgba[from + channel] ?? 0) + (1 - alpha) * (ground[channel] ?? 0);
  }
  const image = await sharp(rgb, { raw: { width: side, height: side, channels: 3 } })
    .jpeg({ quality: 85 })
    .toBuffer();
  const caption = `A small picture of a ${name.replaceAll("-", " ")} on a plain wall, number ${number} in the collection of a museum.`;
  return {
    key: String(number).padStart(7, "0"),
    image: new Uint8Array(image),
    captions: [{ text: caption }],
    metadata: {},
  };
}

/** @type {(count: number) => Promise<Icon[]>} */
async function drawIcons(count) {
  const set = IconSetFile.parse(createRequire(import.meta.url)("@iconify-json/noto/icons.json"));
  const names = Object.keys(set.icons);
  const every = Math.floor(names.length / count);
  return Promise.all(
    names
      .filter((_, i) => i % every === 0)
      .slice(0, count)
      .map(async (name) => {
        const svg = iconSvg(set, name, side) ?? "";
        return { name, rgba: new Uint8Array(await sharp(Buffer.from(svg)).ensureAlpha().raw().toBuffer()) };
      }),
  );
}
