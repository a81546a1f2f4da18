import { readdir, stat } from "node:fs/promises";
import { resolve, sep } from "node:path";
import { InputError } from "../../../platform/error.ts";

/** Makes sure that nothing is written over; an empty folder is nothing. @throws {InputError} DATA_EXISTS */
export async function expectNothingAt(path: string): Promise<void> {
  const there = await stat(path).catch(() => undefined);
  if (there === undefined || (there.isDirectory() && (await readdir(path)).length === 0)) return;
  throw new InputError(
    "DATA_EXISTS",
    path,
    there.isDirectory() ? "the folder is not empty" : "the file is there already",
    "choose another name, or allow it to be replaced (--overwrite)",
  );
}

/** Whether a path is that of `outer`, or below it. */
export const isWithin = (inner: string, outer: string): boolean =>
  `${resolve(inner)}${sep}`.startsWith(`${resolve(outer)}${sep}`);
