import { existsSync } from "node:fs";
import { mkdir, stat } from "node:fs/promises";
import { dirname } from "node:path";
import { InputError } from "../error.ts";

/** An error of the operating system, as Node throws it. */
type SystemError = Error & { readonly code: string; readonly syscall: string; readonly path?: string };

const isSystemError = (error: unknown): error is SystemError =>
  error instanceof Error && "code" in error && typeof error.code === "string" && "syscall" in error;

/**
 * Says why something could not be written, and what to do; errors of other origin stay as they are.
 *
 * @param path  what was to be written, under its final name
 * @param again how the work goes on after the disk has space again
 * @returns     an InputError FILE_NOT_WRITABLE, or `cause`
 */
export function notWritable(path: string, cause: unknown, again = "run it again"): unknown {
  if (!isSystemError(cause)) return cause;
  const [found, mend] = explain(cause, path, again);
  return new InputError("FILE_NOT_WRITABLE", path, found, mend, { cause });
}

/** Runs what writes `path`, and explains its errors as {@link notWritable}. @throws {InputError} FILE_NOT_WRITABLE */
export async function writing<T>(path: string, work: () => Promise<T>, again?: string): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    throw notWritable(path, cause, again);
  }
}

/**
 * Makes a folder and those that it is in, unless they are there. (Not Node's recursive `mkdir`: on a read-only file system it reports a
 * missing folder, and below /proc it never ends.)
 *
 * @param again as of {@link notWritable}
 * @throws {InputError} FILE_NOT_WRITABLE
 */
export const makeFolder = (path: string, again?: string): Promise<void> => writing(path, () => make(path), again);

async function make(folder: string): Promise<void> {
  if (await isFolder(folder)) return;
  const parent = dirname(folder);
  if (parent !== folder) await make(parent);
  try {
    await mkdir(folder);
  } catch (error) {
    if (!(await isFolder(folder))) throw error; // else another process made it meanwhile
  }
}

const isFolder = (path: string): Promise<boolean> =>
  stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );

function explain({ code, message, path: at }: SystemError, path: string, again: string): [found: string, mend: string] {
  switch (code) {
    case "ENOSPC":
      return ["the disk is full", `make space on it, then ${again}`];
    case "EDQUOT":
      return ["your share of the disk is used up", `make space in it, then ${again}`];
    case "EROFS":
      return ["the file system is read-only", "write to another place"];
    case "EACCES":
    case "EPERM":
      return ["you may not write there", "get the right to write to its folder, or write to another place"];
    case "ENOENT": {
      const folder = dirname(at ?? path); // the one that could not be filled, of those that a path goes through
      return existsSync(folder)
        ? [`${folder} takes no new files`, "write to another place"]
        : [`there is no folder ${folder}`, "make the folder, or check the path"];
    }
    case "ENOTDIR":
      return ["what should be a folder in its path is a file", "check the path"];
    case "EEXIST":
      return [`${at ?? path} is there already and is no folder`, "remove it, or write to another place"];
    case "EISDIR":
      return ["it is a folder, not a file", "give another name, or remove the folder"];
    case "ENAMETOOLONG":
      return ["the name is too long for the file system", "give a shorter one"];
    default:
      return [message, "check the disk, and that its folder may be written"];
  }
}
