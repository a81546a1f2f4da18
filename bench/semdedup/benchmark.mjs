import { join } from "node:path";
import { find, nodeContender, pythonContender, speedOver, timesOf } from "../harness/benchmark.mjs";
import { pairedRatio } from "../harness/statistics.mjs";
import { clusters, epsilon, full, rounds, tenth, width, writeVectors } from "./workload.mjs";

/** @import { Benchmark } from "../harness/benchmark.mjs" */
/** @import { Measured } from "../harness/alternate.mjs" */

/** @type {Benchmark} */
export const semdedup = {
  title: `K-means and SemDeDup of ${full.toLocaleString("en-US")} embeddings of ${width} numbers`,
  unit: `${rounds} rounds of spherical k-means with ${clusters} clusters, an assignment, and all similarities within clusters`,
  pictures: 0, // units differ
  rounds: 3,
  warmUps: 0, // a unit is long
  async contenders(folder, log) {
    log("making the vectors");
    const path = join(folder, "vectors.f32");
    writeVectors(path, full);
    return [
      nodeContender("fovea", "semdedup/fovea.mjs", [path, `${full}`]),
      pythonContender("faiss", "semdedup/faiss_numpy.py", [path, ...[full, clusters, rounds, epsilon].map(String)]),
      nodeContender("fovea-tenth", "semdedup/fovea.mjs", [path, `${tenth}`]),
    ];
  },
  bars: (results) => [
    { text: "speed over faiss and NumPy", sense: "at least", wanted: 0.8, found: speedOver(results, "faiss") },
    { text: "peak memory, GB", sense: "at most", wanted: 4, found: peakGb(results) },
    {
      text: "exponent of the cost from a tenth to all of the vectors",
      sense: "at most",
      wanted: 1.15,
      found: exponent(results),
    },
  ],
  remarks: (results) =>
    ["fovea", "faiss"].flatMap((id) => {
      const share = find(results, id)?.samples.at(-1)?.loss;
      return share === undefined ? [] : [`${id}: ${(share * 100).toFixed(3)} % of the vectors dropped`];
    }),
};

/** @param {readonly Measured[]} results */
function peakGb(results) {
  const mb = find(results, "fovea")?.peakMb;
  return mb === undefined ? undefined : { median: mb / 1000, min: mb / 1000, max: mb / 1000, pairs: 1 };
}

/** @param {readonly Measured[]} results */
function exponent(results) {
  const ratio = pairedRatio(timesOf(results, "fovea"), timesOf(results, "fovea-tenth"));
  const power = (/** @type {number} */ times) => Math.log(times) / Math.log(full / tenth);
  return ratio && { ...ratio, median: power(ratio.median), min: power(ratio.min), max: power(ratio.max) };
}
