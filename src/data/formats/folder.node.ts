import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { InputError } from "../../platform/error.ts";
import { captionLines, type Sample } from "../sample.ts";
import { parseObject } from "./json-object.ts";
import { foreignEnding, pictureEnding } from "./picture-endings.ts";
import type { ReadOptions } from "./read-options.ts";
import { fieldsOf } from "./sample-record.ts";
import { pictureAt } from "./table.node.ts";
import { decodeUtf8 } from "./utf8.ts";

/**
 * Samples of a folder, subfolders included: each picture with the files of the same name beside it: `dog.txt` (or `.caption`), one caption
 * a line, and `dog.json` for whatever else there is to say. Names are visited in sorted order, so that the stream is the same everywhere;
 * memory holds the names of one folder.
 *
 * Drops pictures by reason: IMAGE_FORMAT_UNKNOWN, CAPTION_MISSING, CAPTION_EMPTY, JSON_MALFORMED, TEXT_NOT_UTF8.
 *
 * @throws {InputError} DATA_EMPTY
 */
export async function* readFolder(folder: string, options: ReadOptions): AsyncGenerator<Sample> {
  const { onDrop, keepUncaptioned = false } = options;
  let pictures = 0;
  for await (const { name, path, textPath, jsonPath } of walk(folder, "")) {
    pictures++;
    if (foreignEnding.test(name)) {
      onDrop(name, "IMAGE_FORMAT_UNKNOWN");
      continue;
    }
    const text = textPath === undefined ? "" : decodeUtf8(await readFile(textPath));
    const json = jsonPath === undefined ? "{}" : decodeUtf8(await readFile(jsonPath));
    if (text === undefined || json === undefined) {
      onDrop(name, "TEXT_NOT_UTF8");
      continue;
    }
    const record = parseObject(json);
    if (record === undefined) {
      onDrop(name, "JSON_MALFORMED");
      continue;
    }
    const key = typeof record["key"] === "string" && record["key"] !== "" ? record["key"] : name;
    const fields = fieldsOf(record, key, {
      onDrop,
      keepUncaptioned,
      used: ["key"],
      ...(textPath !== undefined && { lines: captionLines(text) }),
    });
    if (fields !== undefined) yield { key, image: pictureAt(path), ...fields };
  }
  if (pictures === 0) {
    throw new InputError(
      "DATA_EMPTY",
      folder,
      "the folder holds no pictures, no table, no COCO annotations, no tar shards and no Parquet files",
      "give a folder of pictures with .txt captions, a CSV, TSV, JSONL or JSON file, WebDataset .tar files or .parquet files",
    );
  }
}

interface PictureFile {
  /** Path below the folder, with `/`. */
  readonly name: string;
  readonly path: string;
  /** The side-car files, if there are any. */
  readonly textPath: string | undefined;
  readonly jsonPath: string | undefined;
}

async function* walk(folder: string, prefix: string): AsyncGenerator<PictureFile> {
  const entries = await readdir(folder, { withFileTypes: true });
  const names = new Set(entries.map(({ name }) => name));
  for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) yield* walk(path, `${prefix}${entry.name}/`);
    else if (pictureEnding.test(entry.name) || foreignEnding.test(entry.name)) {
      const sideCar = (...endings: string[]): string | undefined => {
        const found = endings
          .map((ending) => entry.name.replace(pictureEnding, ending))
          .find((name) => names.has(name));
        return found === undefined ? undefined : join(folder, found);
      };
      yield { name: `${prefix}${entry.name}`, path, textPath: sideCar(".txt", ".caption"), jsonPath: sideCar(".json") };
    }
  }
}
