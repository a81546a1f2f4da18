// Packs the pictures of a table, then reads batches of the records: `packed.mjs TABLE PACK`.
import { openData, Pack, packSamples, packSource } from "../../dist/index.node.js";
import { serve } from "../harness/serve.mjs";
import { batchSize, packedPerUnit, refuse, side, takeBatches } from "./workload.mjs";

await serve(async () => {
  const [table = "", folder = ""] = process.argv.slice(2);
  await packSamples((onDrop) => openData(table, { onDrop }), folder, { side, fit: "fill", onDrop: refuse });
  const pack = await Pack.open(folder);
  return {
    name: "Fovea, packed",
    notes: [`batches of ${batchSize} with captions, memory used again`],
    unit: takeBatches(packSource(pack), { reuse: true, inFlight: 16 }, packedPerUnit),
  };
});
