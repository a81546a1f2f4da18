/** A program that converts a data set and dies by SIGKILL at a given moment: `node killed-conversion.mjs SOURCE DESTINATION MOMENT OPTIONS`. */
import { dieAt } from "./die-at.node.ts";

/** When to die: after so many samples, or before or after a file or folder gets its name (they are counted). */
export type Moment = `after-sample:${number}` | `before-rename:${number}` | `after-rename:${number}`;

const [source = "", destination = "", moment = "", options = "{}"] = process.argv.slice(2);
const tell = dieAt(moment); // before what it kills is imported

const { convertData } = await import("../data/formats/convert-data.node.ts");
await convertData(source, destination, {
  ...(JSON.parse(options) as object),
  onProgress: (written) => tell("after-sample", written),
});
