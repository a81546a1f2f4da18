// Training batches (uint8, [batch, 3, side, side]) of the pictures in a table: `fovea.mjs TABLE`.
import { setTimeout as sleep } from "node:timers/promises";
import { batches } from "../../dist/data/loader/batches.js";
import { sampleSource } from "../../dist/data/loader/sample-source.js";
import { key } from "../../dist/engine/random.js";
import { openData } from "../../dist/index.node.js";
import { serve } from "../harness/serve.mjs";
import { picturesPerUnit, side } from "./workload.mjs";

const batchSize = 32;
const ahead = 3; // batches

await serve(async () => {
  const [table = ""] = process.argv.slice(2);
  const onDrop = (/** @type {string} */ sample, /** @type {string} */ reason) => {
    throw new Error(`${sample}: ${reason}`);
  };
  const source = sampleSource(() => openData(table, { onDrop }));
  let loaded = 0; // pictures of finished batches, which ask for their captions last
  /** @type {typeof source} */
  const counted = { ...source, caption: (...pair) => (loaded++, source.caption(...pair)) };
  const stream = batches(counted, { batchSize, side, key: key(0), ahead, onDrop });
  let taken = 0;
  const isRefilled = () => loaded >= taken + ahead * batchSize;
  return {
    name: "Fovea",
    notes: [`batches of ${batchSize}, ${ahead} ahead`],
    unit: async () => {
      for (const end = taken + picturesPerUnit; taken < end; taken += batchSize) await stream.next();
      // As many batches as were ready before are ready again: the unit did all of its work, and no other's.
      while (!isRefilled()) await sleep(1);
    },
  };
});
