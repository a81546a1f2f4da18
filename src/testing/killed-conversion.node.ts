/**
 * A program that converts a data set and dies by SIGKILL at a given moment: `node killed-conversion.mjs SOURCE DESTINATION MOMENT OPTIONS`.
 * It replaces a function of `node:fs/promises` before the conversion imports it, so that it can die between writes.
 */
import fs from "node:fs/promises";
import { syncBuiltinESMExports } from "node:module";

/** When to die: after so many samples, or before or after a file or folder gets its name (they are counted). */
export type Moment = `after-sample:${number}` | `before-rename:${number}` | `after-rename:${number}`;

const [source = "", destination = "", moment = "", options = "{}"] = process.argv.slice(2);
const [what, at] = moment.split(":");
const dieAt = (occasion: string, count: number): void => {
  if (occasion !== what || count !== Number(at)) return;
  process.kill(process.pid, "SIGKILL");
  for (;;); // the signal may take a moment
};

const { rename } = fs;
let renames = 0;
fs.rename = async (from, to) => {
  const count = ++renames;
  dieAt("before-rename", count);
  await rename(from, to);
  dieAt("after-rename", count);
};
syncBuiltinESMExports();

const { convertData } = await import("../data/formats/convert-data.node.ts");
await convertData(source, destination, {
  ...(JSON.parse(options) as object),
  onProgress: (written) => dieAt("after-sample", written),
});
