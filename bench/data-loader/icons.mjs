// Packs every coloured icon of Iconify, then reads shuffled epochs: `icons.mjs PACK SIDE`.
import { batches } from "../../dist/data/loader/batches.js";
import { key } from "../../dist/engine/random.js";
import { Pack, packSamples, packSource } from "../../dist/index.node.js";
import { Missing, serve } from "../harness/serve.mjs";
import { colouredIcons } from "./iconify.mjs";

const batchSize = 256;

await serve(async () => {
  const [folder = "", side = ""] = process.argv.slice(2);
  const dropped = new Map();
  const onDrop = (/** @type {string} */ _, /** @type {string} */ reason) =>
    void dropped.set(reason, (dropped.get(reason) ?? 0) + 1);
  const start = performance.now();
  try {
    await packSamples(colouredIcons, folder, { side: Number(side), fit: "fill", onDrop });
  } catch (error) {
    if (error instanceof Error && error.message.includes("@iconify/json")) throw new Missing(error.message);
    throw error;
  }
  const seconds = (performance.now() - start) / 1000;
  const pack = await Pack.open(folder);
  const stream = batches(packSource(pack), { batchSize, side: Number(side), key: key(0), reuse: true, onDrop });
  const left = [...dropped].map(([reason, count]) => `${count} ${reason}`).join(", ");
  return {
    name: "Fovea, packed",
    notes: [
      `${pack.count} icons, packed in ${seconds.toFixed(0)} s${left === "" ? "" : `; left out: ${left}`}`,
      `${(pack.manifest.images / 1e6).toFixed(0)} MB of pixels, batches of ${batchSize} in random order`,
    ],
    unit: async () => {
      const { value: first } = await stream.next();
      for (let { at } = first; at.epoch === first.at.epoch;) ({ at } = (await stream.next()).value);
    },
  };
});
