/** A program that downloads a list and dies by SIGKILL at a given moment: `node killed-download.mjs LIST OUT MOMENT`. */
import { dieAt } from "./die-at.node.ts";

/** When to die: after so many rows, or before or after a file gets its name (they are counted). */
export type Moment = `after-row:${number}` | `before-rename:${number}` | `after-rename:${number}`;

const [list = "", out = "", moment = ""] = process.argv.slice(2);
const tell = dieAt(moment); // before what it kills is imported

const { downloadImages } = await import("../data/download/download-images.node.ts");
const { resumedSettings } = await import("./resumed-download.ts");
await downloadImages(list, { ...resumedSettings, out, onProgress: ({ rows }) => tell("after-row", rows) });
