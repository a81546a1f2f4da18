// K-means and SemDeDup with Fovea: `fovea.mjs VECTORS COUNT`.
import { kMeans } from "../../dist/curate/semantic/k-means.js";
import { semDeDup } from "../../dist/curate/semantic/semdedup.js";
import { VectorRows } from "../../dist/curate/semantic/vector-rows.js";
import { threads } from "../harness/contender.mjs";
import { serve } from "../harness/serve.mjs";
import { clusters, epsilon, readVectors, rounds, width } from "./workload.mjs";

await serve(async () => {
  const [path = "", count = ""] = process.argv.slice(2);
  const vectors = new VectorRows(readVectors(path, Number(count)), width);
  return {
    name: `Fovea, ${Number(count).toLocaleString("en-US")} vectors`,
    notes: ["float32"],
    unit: async () => {
      const found = await kMeans(vectors, {
        clusters,
        iterations: rounds,
        perCluster: Infinity,
        init: vectors.data.slice(0, clusters * width),
        threads,
      });
      const { similarity } = await semDeDup(vectors, found, { linkage: false, threads }); // the other finds no more
      return { loss: similarity.filter((value) => value > 1 - epsilon).length / vectors.count };
    },
  };
});
