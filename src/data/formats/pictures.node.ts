import { readdir, stat } from "node:fs/promises";
import { join, relative, sep } from "node:path";
import { InputError } from "../../platform/error.ts";
import { reasonOf } from "../../platform/node/files.ts";

/** A picture file, and by what it is known to be unchanged. */
export interface PictureFile {
  /** Below the folder that was listed, with `/`. */
  readonly path: string;
  /** Bytes. */
  readonly size: number;
  /** When it was last changed: milliseconds since 1970. */
  readonly modified: number;
}

const pictureEnding = /\.(jpe?g|png|webp|gif|avif|tiff?)$/i;

/**
 * The picture files of a folder, subfolders included, in order of their paths.
 * @throws {InputError} FOLDER_NOT_READABLE
 */
export async function listPictures(folder: string): Promise<PictureFile[]> {
  let entries;
  try {
    entries = await readdir(folder, { recursive: true, withFileTypes: true });
  } catch (cause) {
    throw new InputError("FOLDER_NOT_READABLE", folder, reasonOf(cause), "give a folder of pictures", { cause });
  }
  const paths = entries
    .filter((entry) => !entry.isDirectory() && pictureEnding.test(entry.name))
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)))
    .sort();
  const files = paths.map(async (path): Promise<PictureFile> => {
    const { size, mtimeMs } = await stat(join(folder, path));
    return { path: path.split(sep).join("/"), size, modified: mtimeMs };
  });
  return await Promise.all(files);
}
