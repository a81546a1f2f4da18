import fs from "node:fs/promises";
import { syncBuiltinESMExports } from "node:module";

/**
 * Makes this program die by SIGKILL at a moment: before or after a file or folder gets its name (`before-rename:3`; they are counted), or at an
 * occasion that the program tells of itself. It replaces a function of `node:fs/promises`: import what is to die after calling it.
 * @returns tells of an occasion, and how often there was one
 */
export function dieAt(moment: string): (occasion: string, count: number) => void {
  const [what, at] = moment.split(":");
  const tell = (occasion: string, count: number): void => {
    if (occasion !== what || count !== Number(at)) return;
    process.kill(process.pid, "SIGKILL");
    for (;;); // the signal may take a moment
  };
  const { rename } = fs;
  let renames = 0;
  fs.rename = async (from, to) => {
    const count = ++renames;
    tell("before-rename", count);
    await rename(from, to);
    tell("after-rename", count);
  };
  syncBuiltinESMExports();
  return tell;
}
