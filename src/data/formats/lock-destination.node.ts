import { dirname } from "node:path";
import { InputError } from "../../platform/error.ts";
import { lockFile } from "../../platform/node/lock.ts";
import { makeFolder, writing } from "../../platform/node/writing.ts";

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
  return writing(path, async () => {
    await makeFolder(dirname(lock));
    return await lockFile(lock, busy);
  });
}
