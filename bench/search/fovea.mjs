// Searches an index of ready vectors: `fovea.mjs FOLDER QUERIES`.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { writeManifest, writePart } from "../../dist/search/index-folder.node.js";
import { PictureIndex } from "../../dist/search/picture-index.node.js";
import { IndexSearcher } from "../../dist/search/search-index.node.js";
import { threads } from "../harness/contender.mjs";
import { serve } from "../harness/serve.mjs";
import { found, rows, width } from "./workload.mjs";

const noFacts = {
  path: null,
  caption: "",
  bytes: null,
  modified: null,
  width: null,
  height: null,
  date: null,
  metadata: "{}",
};

await serve(async () => {
  const [folder = "", count = "1"] = process.argv.slice(2);
  const read = (/** @type {string} */ name) =>
    new Float32Array(new Uint8Array(readFileSync(join(folder, name))).buffer);
  const vectors = read("vectors.f32");
  const queries = read("queries.f32").subarray(0, Number(count) * width);
  const pictures = Array.from({ length: rows }, (_, i) => ({
    ...noFacts,
    key: `${i}`,
    digest: `${i}`,
  }));
  const part = await writePart(folder, pictures, vectors, width);
  await writeManifest(folder, {
    format: "fovea-index-2",
    model: "",
    fingerprint: "",
    width,
    dtype: "float32",
    source: ".",
    base: ".",
    complete: true,
    sourceFiles: [],
    parts: [part],
  });
  const index = await PictureIndex.open(folder);
  await index.load();
  const searcher = new IndexSearcher(index, { threads });
  return {
    name: "Fovea",
    notes: ["float32, exact, with metadata of what is found"],
    unit: async () => void (await searcher.search(queries, { count: found, method: "exact" })),
  };
});
