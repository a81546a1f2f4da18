import { join } from "node:path";
import { find, nodeContender } from "../harness/benchmark.mjs";
import { pairedRatio } from "../harness/statistics.mjs";
import { writeTable } from "../pipeline/workload.mjs";
import { stepsPerUnit } from "./workload.mjs";

/** @import { Measured } from "../harness/alternate.mjs" */

/** @type {import("../harness/benchmark.mjs").Benchmark} */
export const dataWait = {
  title: "Waiting for data: the main recipe's training loop",
  unit: `${stepsPerUnit} training steps`,
  pictures: 0,
  rounds: 7,
  warmUps: 1,
  contenders: async (folder) => [
    nodeContender("emoji", "data-wait/fovea.mjs", ["emoji", join(folder, "emoji")]),
    nodeContender("jpeg", "data-wait/fovea.mjs", [await writeTable(folder), join(folder, "jpeg")]),
  ],
  bars: (results) => [
    { text: "share of the time, emoji corpus", sense: "at most", wanted: 0.03, found: waiting(results, "emoji") },
    { text: "share of the time, JPEG files", sense: "at most", wanted: 0.03, found: waiting(results, "jpeg") },
  ],
  remarks: () => [],
};

/** The share of a contender's time in which it waited for data. */
function waiting(/** @type {readonly Measured[]} */ results, /** @type {string} */ id) {
  const samples = find(results, id)?.samples ?? [];
  return pairedRatio(
    samples.map(({ waitedMs = NaN }) => waitedMs),
    samples.map(({ ms }) => ms),
  );
}
