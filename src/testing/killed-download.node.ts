/**
 * A program that downloads a list and dies by SIGKILL at a given moment: `node killed-download.mjs LIST OUT MOMENT`.
 * It replaces a function of `node:fs/promises` before the download imports it, so that it can die between writes.
 */
import fs from "node:fs/promises";
import { syncBuiltinESMExports } from "node:module";

/** When to die: after so many rows, or before or after a file gets its name (they are counted). */
export type Moment = `after-row:${number}` | `before-rename:${number}` | `after-rename:${number}`;

const [list = "", out = "", moment = ""] = process.argv.slice(2);
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

const { downloadImages } = await import("../data/download/download-images.node.ts");
const { resumedSettings } = await import("./resumed-download.ts");
await downloadImages(list, { ...resumedSettings, out, onProgress: ({ rows }) => dieAt("after-row", rows) });
