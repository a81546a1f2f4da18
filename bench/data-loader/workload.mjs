import { writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { batches } from "../../dist/data/loader/batches.js";
import { key } from "../../dist/engine/random.js";
import { photos } from "../photos.mjs";

/** @import { Augmentation } from "../../dist/data/augment/augment.js" */
/** @import { PairSource } from "../../dist/data/loader/pair-source.js" */

/** Pixels, the side of a training picture. */
export const side = 224;

/** Pictures of a batch. */
export const batchSize = 32;

/** Units of work in pictures: whole batches. */
export const packedPerUnit = 2048;
export const decodedPerUnit = 512;

/** Area and aspect ratio of random crops: OpenCLIP's when it trains, and torchvision's own. */
export const crops = /** @type {const} */ ({
  "open-clip": { scale: [0.9, 1], ratio: [3 / 4, 4 / 3] },
  torchvision: { scale: [0.08, 1], ratio: [3 / 4, 4 / 3] },
});

/** Files to decode: as in COCO, and as from a camera whose pictures were made smaller for the web. */
export const sizes = /** @type {const} */ ({
  small: { count: 1000, width: 640, height: 480 },
  large: { count: 64, width: 1600, height: 1200 },
});

/**
 * Writes a table of the files, each with a caption of its own, as the library reads it; returns its path, and the files' folder.
 * @param {string} folder
 * @param {keyof typeof sizes} size
 */
export async function writeTable(folder, size) {
  const paths = await photos(sizes[size]);
  const rows = paths.map((path) => ({ path, caption: `photo ${basename(path, ".jpg")}` }));
  const table = join(folder, `${size}.jsonl`);
  writeFileSync(table, rows.map((row) => `${JSON.stringify(row)}\n`).join(""));
  return { table, files: dirname(paths[0] ?? "") };
}

/** For data that must be whole. */
export const refuse = (/** @type {string} */ sample, /** @type {string} */ reason) => {
  throw new Error(`${sample}: ${reason}`);
};

/**
 * A unit of work: takes batches, and waits until as many are ready as were before. So it does all of its work, and no other's.
 *
 * @template T
 * @param {PairSource<T>} source
 * @param {{ augmentation?: Augmentation, reuse?: boolean, inFlight?: number }} options
 * @param {number} pictures
 */
export function takeBatches(source, options, pictures) {
  const ahead = 3; // batches
  let loaded = 0; // pictures of finished batches, which ask for their captions last
  let taken = 0;
  let refilled = () => {}; // called, not looked for again and again: that would take a processor from those that load
  const isRefilled = () => loaded >= taken + ahead * batchSize;
  /** @type {PairSource<T>} */
  const counted = {
    ...source,
    caption: (...pair) => {
      loaded++;
      if (isRefilled()) refilled();
      return source.caption(...pair);
    },
  };
  const stream = batches(counted, { batchSize, side, key: key(0), ahead, onDrop: refuse, ...options });
  return async () => {
    for (const end = taken + pictures; taken < end; taken += batchSize) await stream.next();
    if (!isRefilled()) await new Promise((resolve) => (refilled = () => resolve(undefined)));
  };
}
