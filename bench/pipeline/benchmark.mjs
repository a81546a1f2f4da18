import { nodeContender, speedOver } from "../harness/benchmark.mjs";
import { picturesPerUnit, writeTable } from "./workload.mjs";

/** @type {import("../harness/benchmark.mjs").Benchmark} */
export const pipeline = {
  title: "Image pipeline, 256 px JPEG to 224 px training batch",
  unit: `${picturesPerUnit} pictures`,
  pictures: picturesPerUnit,
  rounds: 7,
  warmUps: 2,
  async contenders(folder) {
    const table = await writeTable(folder);
    return [nodeContender("fovea", "pipeline/fovea.mjs", [table]), nodeContender("sharp", "pipeline/sharp.mjs")];
  },
  bars: (results) => [
    { text: "speed over sharp alone", sense: "at least", wanted: 0.85, found: speedOver(results, "sharp") },
  ],
  remarks: () => [],
};
