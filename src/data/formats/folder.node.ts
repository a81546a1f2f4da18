import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { platform } from "#platform";
import { InputError } from "../../platform/error.ts";
import { captionLines, type OnDrop, type Sample } from "../sample.ts";

const pictureEnding = /\.(jpe?g|png|webp|gif|avif|tiff?)$/i;

/**
 * Samples of a folder, subfolders included: each picture with the text file of the same name (`dog.jpg`, `dog.txt`), one caption a line.
 * Names are visited in sorted order, so that the stream is the same everywhere.
 *
 * Drops pictures by reason: CAPTION_MISSING, CAPTION_EMPTY.
 *
 * @throws {InputError} DATA_EMPTY
 */
export async function* readFolder(folder: string, onDrop: OnDrop): AsyncGenerator<Sample> {
  let pictures = 0;
  for await (const { key, path, textPath } of walk(folder, "")) {
    pictures++;
    if (textPath === undefined) {
      onDrop(key, "CAPTION_MISSING");
      continue;
    }
    const captions = captionLines(await readFile(textPath, "utf8"));
    if (captions.length === 0) onDrop(key, "CAPTION_EMPTY");
    else yield { key, image: { read: () => platform.readBytes(path) }, captions, metadata: {} };
  }
  if (pictures === 0) {
    throw new InputError(
      "DATA_EMPTY",
      folder,
      "the folder holds no pictures, no table and no tar shards",
      "give a folder of pictures with .txt captions, a CSV, TSV or JSONL file, or WebDataset .tar files",
    );
  }
}

interface PictureFile {
  /** Path below the folder, with `/`. */
  readonly key: string;
  readonly path: string;
  /** The side-car file, if there is one. */
  readonly textPath: string | undefined;
}

async function* walk(folder: string, prefix: string): AsyncGenerator<PictureFile> {
  const entries = await readdir(folder, { withFileTypes: true });
  const names = new Set(entries.map(({ name }) => name));
  for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const path = join(folder, entry.name);
    const key = `${prefix}${entry.name}`;
    if (entry.isDirectory()) yield* walk(path, `${key}/`);
    else if (pictureEnding.test(entry.name)) {
      const textName = entry.name.replace(pictureEnding, ".txt");
      yield { key, path, textPath: names.has(textName) ? join(folder, textName) : undefined };
    }
  }
}
