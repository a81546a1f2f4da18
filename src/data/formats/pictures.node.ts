import { readdir, stat } from "node:fs/promises";
import { join, relative, sep } from "node:path";
import { InputError } from "../../platform/error.ts";
import { reasonOf } from "../../platform/node/files.ts";
import type { OnDrop } from "../sample.ts";
import { foreignEnding, pictureEnding } from "./picture-endings.ts";

/** A picture file, and by what it is known to be unchanged. */
export interface PictureFile {
  /** Below the folder that was listed, with `/`. */
  readonly path: string;
  /** Bytes. */
  readonly size: number;
  /** When it was last changed: milliseconds since 1970. */
  readonly modified: number;
}

/**
 * The picture files of a folder, subfolders included, in order of their paths.
 *
 * Drops files by reason: IMAGE_FORMAT_UNKNOWN.
 *
 * @throws {InputError} FOLDER_NOT_READABLE
 */
export async function listPictures(folder: string, onDrop: OnDrop): Promise<PictureFile[]> {
  let entries;
  try {
    entries = await readdir(folder, { recursive: true, withFileTypes: true });
  } catch (cause) {
    throw new InputError("FOLDER_NOT_READABLE", folder, reasonOf(cause), "give a folder of pictures", { cause });
  }
  const paths = entries
    .filter((entry) => !entry.isDirectory())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)))
    .sort();
  for (const path of paths) if (foreignEnding.test(path)) onDrop(join(folder, path), "IMAGE_FORMAT_UNKNOWN");
  const pictures = paths.filter((path) => pictureEnding.test(path));
  const files = pictures.map(async (path): Promise<PictureFile> => {
    const { size, mtimeMs } = await stat(join(folder, path));
    return { path: path.split(sep).join("/"), size, modified: mtimeMs };
  });
  return await Promise.all(files);
}
