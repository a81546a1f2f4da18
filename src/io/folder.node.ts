import { join } from "node:path";
import { readBytes } from "../platform/node/files.ts";
import { fileSize } from "./hub/cache.node.ts";
import type { FolderReader } from "./checkpoint.ts";

/**
 * Reads the files of a folder on disk by their names, as {@link readCheckpoint} takes them.
 *
 * @throws {InputError} FILE_NOT_READABLE for a file that is there and cannot be read.
 */
export function folderReader(folder: string): FolderReader {
  const read = async (name: string) => {
    const path = join(folder, name);
    return (await fileSize(path)) === undefined ? undefined : await readBytes(path);
  };
  return Object.assign(read, { folder });
}
