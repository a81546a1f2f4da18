import { nodeContender, speedOver } from "../harness/benchmark.mjs";
import { exportedModel } from "./model.mjs";
import { batch, callsPerUnit, files, filesPerUnit, sizes } from "./workload.mjs";

/** @import { Benchmark } from "../harness/benchmark.mjs" */

/** @type {Benchmark} */
export const embedding = {
  title: `CLIP ViT-B/32 image embedding, batch ${batch}`,
  unit: `${callsPerUnit} calls of the model on ready pixels`,
  pictures: callsPerUnit * batch,
  rounds: 7,
  warmUps: 2,
  async contenders() {
    const args = ["model", await exportedModel()];
    return [
      nodeContender("fovea", "embedding/fovea.mjs", args),
      nodeContender("transformers.js", "embedding/transformers.mjs", args),
    ];
  },
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

/** Sizes of files by the ending of the contenders' names. */
const endings = /** @type {const} */ ({ "": "small", "-large": "large", "-camera": "camera" });

/** @type {Benchmark} */
export const embeddingFiles = {
  title: "CLIP ViT-B/32 image embedding from JPEG files",
  unit: `read, decode, resize and embed the next ${filesPerUnit} files`,
  pictures: filesPerUnit,
  rounds: 5,
  warmUps: 0, // a unit is long, and every file counts once
  async contenders(_folder, log) {
    const folder = await exportedModel();
    const specs = [];
    for (const [ending, size] of Object.entries(endings)) {
      log(`making ${inWords(size)} pictures, unless they are there`);
      await files(size);
      specs.push(nodeContender(`fovea${ending}`, "embedding/fovea.mjs", [size, folder]));
      specs.push(nodeContender(`transformers.js${ending}`, "embedding/transformers.mjs", [size, folder]));
    }
    return specs;
  },
  bars: (results) =>
    Object.entries(endings).map(([ending, size]) => ({
      text: `speed over transformers.js, files of ${inWords(size)}`,
      sense: "at least",
      wanted: 1.4,
      found: speedOver(results, `transformers.js${ending}`),
    })),
  remarks: () => [],
};

const inWords = (/** @type {keyof typeof sizes} */ size) => `${sizes[size].width} x ${sizes[size].height} px`;
