import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { find, nodeContender, pythonContender, speedOver, timesOf } from "../harness/benchmark.mjs";
import { pairedRatio } from "../harness/statistics.mjs";
import { decodedPerUnit, packedPerUnit, side, sizes, writeTable } from "./workload.mjs";

/** @import { Benchmark } from "../harness/benchmark.mjs" */
/** @import { Measured } from "../harness/alternate.mjs" */

/** @type {Benchmark} */
export const packedRecords = {
  title: `Packed records of ${side} px into training batches`,
  unit: `${packedPerUnit} pictures`,
  pictures: packedPerUnit,
  rounds: 7,
  warmUps: 1,
  async contenders(folder) {
    const { table } = await writeTable(folder, "small");
    const pack = join(folder, "pack");
    return [
      nodeContender("fovea", "data-loader/packed.mjs", [table, pack]),
      nodeContender("copy", "data-loader/copy.mjs"),
      nodeContender("jpeg", "data-loader/decoded.mjs", [table, "none", `${packedPerUnit}`]),
    ];
  },
  bars: (results) => [
    { text: "speed over decoding JPEG files", sense: "at least", wanted: 10, found: speedOver(results, "jpeg") },
    {
      text: "time over a plain copy in memory",
      sense: "at most",
      wanted: 1.5,
      found: pairedRatio(timesOf(results, "fovea"), timesOf(results, "copy")),
    },
  ],
  remarks: () => [],
};

/** What is decoded: the sizes of files and the crops, by the ending of the contenders' names. */
const decodings = /** @type {const} */ ({
  "": { size: "large", crop: "open-clip" },
  "-small": { size: "small", crop: "open-clip" },
  "-small-crops": { size: "small", crop: "torchvision" },
});

/** @type {Benchmark} */
export const decodedPictures = {
  title: `JPEG files into training batches of ${side} px, cropped at random and mirrored`,
  unit: `${decodedPerUnit} pictures`,
  pictures: decodedPerUnit,
  rounds: 5,
  warmUps: 1,
  async contenders(folder) {
    const specs = [];
    for (const [ending, { size, crop }] of Object.entries(decodings)) {
      const { table, files } = await writeTable(folder, size);
      const rest = [crop, `${decodedPerUnit}`];
      specs.push(nodeContender(`fovea${ending}`, "data-loader/decoded.mjs", [table, ...rest]));
      specs.push(pythonContender(`torch${ending}`, "data-loader/torch_loader.py", [files, ...rest]));
    }
    return specs;
  },
  bars: (results) =>
    Object.entries(decodings).map(([ending, { size, crop }]) => ({
      text: `speed over DataLoader, ${sizes[size].width} x ${sizes[size].height} px, ${crop}'s crops`,
      sense: "at least",
      wanted: 2,
      found: pairedRatio(timesOf(results, `torch${ending}`), timesOf(results, `fovea${ending}`)),
    })),
  remarks: () => [],
};

/** Sixty-five thousand pictures, 64 px: 800 MB of pixels. */
const iconSide = 64;

/** @type {Benchmark} */
export const icons = {
  title: `Coloured icons of Iconify, packed at ${iconSide} px and shuffled`,
  unit: "an epoch of all icons",
  pictures: 0, // the program says how many
  rounds: 5,
  warmUps: 1,
  async contenders(folder) {
    mkdirSync(join(folder, "icons"));
    return [nodeContender("fovea", "data-loader/icons.mjs", [join(folder, "icons", "pack"), `${iconSide}`])];
  },
  bars: (results) => [
    { text: "peak memory in MB, packing included", sense: "at most", wanted: 600, found: peak(results) },
  ],
  remarks: () => [],
};

/** Megabytes. */
function peak(/** @type {readonly Measured[]} */ results) {
  const megabytes = find(results, "fovea")?.peakMb;
  return megabytes === undefined ? undefined : pairedRatio([megabytes], [1]);
}
