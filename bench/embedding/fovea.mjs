// Image embeddings with Fovea, of the same pictures as transformers.mjs and with the same arguments: `fovea.mjs model
// FOLDER` embeds ready pixels, `fovea.mjs small|large|camera FOLDER` embeds JPEG files.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { folderReader, openEmbedder } from "../../dist/index.node.js";
import { compileInference } from "../../dist/models/inference.js";
import { dualEncoder, imageTower, readWeights } from "../../dist/models/index.js";
import { threads } from "../harness/contender.mjs";
import { serve } from "../harness/serve.mjs";
import { batch, callsPerUnit, files, filesPerUnit, mode, notes, pixels, side } from "./workload.mjs";

await serve(async () => {
  const asked = mode();
  const folder = process.argv[3] ?? "";
  return {
    name: "Fovea",
    notes: notes(asked, "float32", "two calls at a time of one thread each, as Embedder makes them"),
    unit: asked === "model" ? await embedPixels(folder) : await embedFiles(folder, asked),
  };
});

/** @param {string} folder */
async function embedPixels(folder) {
  const model = await dualEncoder(JSON.parse(readFileSync(join(folder, "config.json"), "utf8")));
  const tower = imageTower(
    model,
    await readWeights(folderReader(folder)),
    { name: "pixel_values", dtype: "float32" },
    (image_embeds) => ({ image_embeds }),
  );
  const session = await compileInference(tower, { device: "cpu", threads, runs: 2 });
  const ready = /** @type {const} */ ({ dtype: "float32", shape: [batch, 3, side, side], data: pixels() });
  return async () => {
    const run = () => session.run({ pixel_values: ready });
    for (let call = 0; call < callsPerUnit; call += 2) await Promise.all([run(), run()]);
  };
}

/** @param {string} folder @param {keyof typeof import("./workload.mjs").sizes} size */
async function embedFiles(folder, size) {
  const embedder = await openEmbedder(folder, { cacheDir: "", batch, threads, resize: "fast" });
  const paths = await files(size);
  await embedder.embedImages(paths.slice(-2 * batch)); // compiles: transformers.js has its session too when it says that it is ready
  let next = 0;
  return async () => {
    const from = next % paths.length;
    await embedder.embedImages(paths.slice(from, from + filesPerUnit));
    next += filesPerUnit;
  };
}
