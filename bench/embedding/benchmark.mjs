import { nodeContender, speedOver } from "../harness/benchmark.mjs";
import { exportedModel } from "./model.mjs";
import { batch, callsPerUnit, files, filesPerUnit } from "./workload.mjs";

/** @import { Benchmark } from "../harness/benchmark.mjs" */

/** @type {(mode: "model" | "files", folder: string) => import("../harness/contender.mjs").ContenderSpec[]} */
const contenders = (mode, folder) => [
  nodeContender("fovea", "embedding/fovea.mjs", [mode, folder]),
  nodeContender("transformers.js", "embedding/transformers.mjs", [mode, folder]),
];

/** @type {Benchmark} */
export const embedding = {
  title: `CLIP ViT-B/32 image embedding, batch ${batch}`,
  unit: `${callsPerUnit} calls of the model on ready pixels`,
  pictures: callsPerUnit * batch,
  rounds: 7,
  warmUps: 2,
  contenders: async () => contenders("model", await exportedModel()),
  bars: (results) => [
    {
      text: "speed over transformers.js",
      sense: "at least",
      wanted: 1.05,
      found: speedOver(results, "transformers.js"),
    },
  ],
  remarks: () => [],
};

/** @type {Benchmark} */
export const embeddingFiles = {
  title: "CLIP ViT-B/32 image embedding from 1,000 JPEG files, 640 x 480 px",
  unit: `read, decode, resize and embed the next ${filesPerUnit} files`,
  pictures: filesPerUnit,
  rounds: 5,
  warmUps: 0, // a unit is long, and every file counts once
  async contenders(_folder, log) {
    log("making the pictures, unless they are there");
    await files();
    return contenders("files", await exportedModel());
  },
  bars: (results) => [
    {
      text: "speed over transformers.js",
      sense: "at least",
      wanted: 1.4,
      found: speedOver(results, "transformers.js"),
    },
  ],
  remarks: () => [],
};
