import { mkdir } from "node:fs/promises";
import { dirname } from "node:path";
import { InputError } from "../../platform/error.ts";
import { reasonOf } from "../../platform/node/files.ts";
import { lockFile } from "../../platform/node/lock.ts";

/**
 * Keeps other runs from writing to a file or folder until it is disposed: a file `PATH.lock` stands beside it. Makes the folder of both.
 * @throws {InputError} DESTINATION_BUSY, FILE_NOT_WRITABLE
 */
export async function lockDestination(path: string): Promise<AsyncDisposable> {
  const lock = `${path.replace(/[/\\]+$/, "")}.lock`;
  const busy = (pid: number): InputError =>
    new InputError(
      "DESTINATION_BUSY",
      path,
      `process ${pid} is writing to it`,
      `wait until it ends, or write elsewhere; if it is no run of fovea, remove ${lock}`,
    );
  try {
    await mkdir(dirname(lock), { recursive: true });
    return await lockFile(lock, busy);
  } catch (cause) {
    if (cause instanceof InputError) throw cause;
    const mend = "check that the folder that it is to be in may be written";
    throw new InputError("FILE_NOT_WRITABLE", path, reasonOf(cause), mend, { cause });
  }
}
