// sharp's own limit: read, decode, resize to 224 px and unpack to RGB bytes, with nothing between the calls.
import { readFile } from "node:fs/promises";
import sharp from "sharp";
import { threads } from "../harness/contender.mjs";
import { serve } from "../harness/serve.mjs";
import { files, picturesPerUnit, side } from "./workload.mjs";

await serve(async () => {
  sharp.concurrency(1); // threads inside one picture; several pictures in flight use the cores better
  sharp.cache(false);
  const paths = await files();
  const one = async (/** @type {string} */ path) =>
    sharp(await readFile(path))
      .resize(side, side, { fit: "cover", kernel: "linear" })
      .removeAlpha()
      .raw()
      .toBuffer();

  /** Takes pictures until none is left. */
  const worker = async (/** @type {Iterator<string>} */ queue) => {
    for (let item = queue.next(); !item.done; item = queue.next()) await one(item.value);
  };
  return {
    name: `sharp ${sharp.versions.sharp}, libvips ${sharp.versions.vips}`,
    notes: [`${threads} threads, ${2 * threads} pictures in flight`],
    unit: async () => {
      const queue = paths.slice(0, picturesPerUnit).values();
      await Promise.all(Array.from({ length: 2 * threads }, () => worker(queue)));
    },
  };
});
