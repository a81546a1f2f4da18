import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { find, nodeContender, pythonContender, speedOver, timesOf } from "../harness/benchmark.mjs";
import { pairedRatio } from "../harness/statistics.mjs";
import { decodedPerUnit, files, packedPerUnit, side, writeTable } from "./workload.mjs";

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
    const table = await writeTable(folder);
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

/** @type {Benchmark} */
export const decodedPictures = {
  title: `JPEG files of 640 x 480 px into training batches of ${side} px, cropped at random and mirrored`,
  unit: `${decodedPerUnit} pictures`,
  pictures: decodedPerUnit,
  rounds: 5,
  warmUps: 1,
  async contenders(folder) {
    const table = await writeTable(folder);
    const [first = ""] = await files();
    const own = (/** @type {string} */ id, /** @type {string} */ crop) =>
      nodeContender(id, "data-loader/decoded.mjs", [table, crop, `${decodedPerUnit}`]);
    const theirs = (/** @type {string} */ id, /** @type {string} */ crop) =>
      pythonContender(id, "data-loader/torch_loader.py", [join(first, ".."), crop, `${decodedPerUnit}`]);
    return [
      own("fovea", "open-clip"),
      theirs("torch", "open-clip"),
      own("fovea-small-crops", "torchvision"),
      theirs("torch-small-crops", "torchvision"),
    ];
  },
  bars: (results) => [
    {
      text: "speed over DataLoader, OpenCLIP's crops",
      sense: "at least",
      wanted: 2,
      found: speedOver(results, "torch"),
    },
  ],
  remarks: (results) => {
    const small = pairedRatio(timesOf(results, "torch-small-crops"), timesOf(results, "fovea-small-crops"));
    return small === undefined
      ? []
      : [
          `speed over DataLoader with crops of 8 to 100 % of the area, which leave less to save: ${small.median.toFixed(2)}`,
        ];
  },
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
