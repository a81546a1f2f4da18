import { join } from "node:path";
import { isUrl } from "../data/formats/byte-stream.node.ts";
import { listPictures } from "../data/formats/pictures.node.ts";
import { isFolder } from "../io/hub/cache.node.ts";
import { InputError } from "../platform/error.ts";

/**
 * The pictures that arguments name: files and URLs as they are given, and of folders the pictures in them, subfolders included.
 *
 * @param onFailure told of each folder without pictures, and of pictures in folders that nothing here decodes
 */
export async function picturesOf(
  args: readonly string[],
  onFailure: (path: string, error: unknown) => void,
): Promise<string[]> {
  const pictures: string[] = [];
  for (const path of args) {
    if (isUrl(path) || !(await isFolder(path))) {
      pictures.push(path);
      continue;
    }
    const unknown = (picture: string): void => onFailure(picture, unknownFormat(picture));
    const found = await listPictures(path, unknown);
    if (found.length === 0)
      onFailure(path, new InputError("DATA_EMPTY", path, "the folder holds no pictures", "give a folder of pictures"));
    pictures.push(...found.map((picture) => join(path, picture.path)));
  }
  return pictures;
}

const unknownFormat = (path: string): InputError =>
  new InputError("IMAGE_FORMAT_UNKNOWN", path, "pictures of this kind cannot be read", "convert it to JPEG or PNG");
