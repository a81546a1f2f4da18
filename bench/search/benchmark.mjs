import { nodeContender, pythonContender, speedOver, timesOf } from "../harness/benchmark.mjs";
import { pairedRatio } from "../harness/statistics.mjs";
import { found, queriesAtOnce, rows, width, writeVectors } from "./workload.mjs";

/** @import { Benchmark } from "../harness/benchmark.mjs" */

/** @type {(queries: number) => Benchmark} */
const search = (queries) => ({
  title: `Exact search, ${rows.toLocaleString("en-US")} vectors of ${width}, ${queries} ${queries === 1 ? "query" : "queries at once"}`,
  unit: `the ${found} nearest of each query`,
  pictures: 0,
  rounds: 15,
  warmUps: 3,
  async contenders(folder) {
    writeVectors(folder);
    const peer = (/** @type {string} */ id) =>
      pythonContender(id, "search/peers.py", [id, folder, `${queries}`, `${width}`, `${found}`]);
    return [nodeContender("fovea", "search/fovea.mjs", [folder, `${queries}`]), peer("numpy"), peer("faiss")];
  },
  bars: (results) => {
    const times = timesOf(results, "fovea");
    const each = pairedRatio(
      times,
      times.map(() => queries),
    );
    return [
      { text: "milliseconds a query", sense: "at most", wanted: 5, found: each },
      { text: "speed over faiss", sense: "at least", wanted: 1, found: speedOver(results, "faiss") },
    ];
  },
  remarks: () => [],
});

export const searchOne = search(1);
export const searchMany = search(queriesAtOnce);
