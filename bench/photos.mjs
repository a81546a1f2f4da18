import { existsSync, mkdirSync, renameSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import sharp from "sharp";

/** Where the pictures are kept from one run to the next. */
const cache = fileURLToPath(new URL("../.cache/bench/", import.meta.url));

/** @import { Sharp } from "sharp" */

/**
 * Paths of `count` JPEG files that stand in for photographs: smooth light and colour at two scales, film grain, and three
 * emoji somewhere. The same on every machine but for the encoder. Made once, then reused.
 *
 * @param {object} wanted
 * @param {number} wanted.count
 * @param {number} wanted.width   pixels
 * @param {number} wanted.height  pixels
 * @param {number} [wanted.views] pictures are so many views of one scene, each another part of it: to draw a scene takes
 *   much longer than to encode it. Each is a scene of its own if absent
 * @returns {Promise<string[]>}
 */
export async function photos({ count, width, height, views = 1 }) {
  const folder = join(cache, `photos-${count}-${width}x${height}`);
  const nameOf = (/** @type {number} */ i) => `${String(i).padStart(4, "0")}.jpg`;
  if (!existsSync(folder)) {
    const unfinished = `${folder}.unfinished`;
    rmSync(unfinished, { recursive: true, force: true });
    mkdirSync(unfinished, { recursive: true });
    const stickers = emojiImages();
    const make = async (/** @type {number} */ i) => {
      const picture = await photo(i, width, height, stickers);
      await write(picture, i);
    };
    const makeViews = async (/** @type {number} */ i) => {
      const scene = await photo(i, 2 * width, 2 * height, stickers);
      const { data, info } = await scene.raw().toBuffer({ resolveWithObject: true });
      for (let view = 0; view < Math.min(views, count - i); view++) {
        const [left, top] = [Math.round((width * view) / views), Math.round((height * (view % 7)) / 7)];
        await write(sharp(data, { raw: info }).extract({ left, top, width, height }), i + view);
      }
    };
    const write = (/** @type {Sharp} */ picture, /** @type {number} */ i) =>
      picture.jpeg({ quality: 85 }).toFile(join(unfinished, nameOf(i)));
    const atOnce = 8;
    for (let i = 0; i < count; i += atOnce * views) {
      const firsts = Array.from({ length: atOnce }, (_, k) => i + k * views).filter((first) => first < count);
      await Promise.all(firsts.map(views === 1 ? make : makeViews));
    }
    renameSync(unfinished, folder);
  }
  return Array.from({ length: count }, (_, i) => join(folder, nameOf(i)));
}

/**
 * @param {number} seed
 * @param {number} width
 * @param {number} height
 * @param {readonly string[]} stickers SVG documents
 */
async function photo(seed, width, height, stickers) {
  const random = lehmer(((seed + 1) * 1000003) % 2147483647); // far apart, or the first draws would be alike
  const side = Math.round(height / 3);
  const layers = [];
  for (let i = 0; i < 3; i++) {
    const svg = Buffer.from(stickers[Math.floor(random() * stickers.length)] ?? "");
    const input = await sharp(svg).resize(side, side).png().toBuffer();
    const place = (/** @type {number} */ size) => Math.floor(random() * (size - side));
    layers.push({ input, left: place(width), top: place(height) });
  }
  const texture = await noise(random, Math.ceil(width / 16), Math.ceil(height / 16), width, height);
  const grain = await noise(random, width, height, width, height);
  const { input: light, raw } = await noise(random, 8, 6, width, height);
  return sharp(light, { raw }).composite([
    { ...texture, blend: "soft-light" },
    ...layers,
    { ...grain, blend: "soft-light" },
  ]);
}

/**
 * `columns x rows` random colours, enlarged smoothly to RGB bytes, as an input of sharp.
 *
 * @param {() => number} random
 * @param {number} columns
 * @param {number} rows
 * @param {number} width
 * @param {number} height
 */
async function noise(random, columns, rows, width, height) {
  const data = new Uint8Array(columns * rows * 3);
  for (let i = 0; i < data.length; i++) data[i] = 64 + 128 * random();
  const small = sharp(data, { raw: { width: columns, height: rows, channels: 3 } });
  const input = await small.resize(width, height, { fit: "fill", kernel: "cubic" }).raw().toBuffer();
  return { input, raw: { width, height, channels: /** @type {const} */ (3) } };
}

/** Every 20th emoji of Noto, as an SVG document. */
function emojiImages() {
  /** @type {{ icons: Record<string, { body: string }>, width: number, height: number }} */
  const set = createRequire(import.meta.url)("@iconify-json/noto/icons.json");
  return Object.values(set.icons)
    .filter((_, i) => i % 20 === 0)
    .map(
      ({ body }) =>
        `<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" viewBox="0 0 ${set.width} ${set.height}">${body}</svg>`,
    );
}

/** Random numbers of [0, 1) from a positive seed: the "minimal standard" generator of Park and Miller, 1988. */
function lehmer(/** @type {number} */ seed) {
  let state = seed;
  return () => (state = (state * 48271) % 2147483647) / 2147483647;
}
