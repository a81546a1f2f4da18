import { open, readdir, stat, type FileHandle } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { InputError } from "../../platform/error.ts";
import { reasonOf } from "../../platform/node/files.ts";
import type { Sample } from "../sample.ts";
import { byteStream } from "./byte-stream.node.ts";
import { boxesIn, captionsIn, CocoAnnotation, CocoCategory, CocoImage } from "./coco.ts";
import { jsonElements } from "./json-elements.ts";
import type { ReadOptions } from "./read-options.ts";
import { fieldsOf } from "./sample-record.ts";
import { pictureAt, picturePath } from "./table.node.ts";
import { decodeUtf8 } from "./utf8.ts";

/** Annotation files of COCO in a folder, those of one split together: `captions_val2017.json` and `instances_val2017.json`. */
export async function cocoSplits(folder: string): Promise<string[][]> {
  const names = await readdir(folder).catch(() => []);
  const splits = new Map<string, string[]>();
  for (const name of names.sort((a, b) => (a < b ? -1 : 1))) {
    const [, split] = /^(?:captions|instances)(.*)\.json$/.exec(name) ?? [];
    if (split !== undefined) splits.set(split, [...(splits.get(split) ?? []), join(folder, name)]);
  }
  return [...splits.values()];
}

/**
 * Samples of COCO annotation files about the same images: captions, boxes with outlines, masks and crowds. Files are read twice, an entry
 * at a time; memory holds where the entries stand, about 100 bytes for each.
 *
 * Drops by reason: CAPTION_MISSING, CAPTION_EMPTY, ANNOTATION_MALFORMED, TEXT_NOT_UTF8, IMAGE_MISSING (annotations of an image that is not listed).
 *
 * @throws {InputError} COCO_NOT_READABLE
 */
export async function* readCoco(paths: readonly string[], options: ReadOptions): AsyncGenerator<Sample> {
  const { onDrop, keepUncaptioned = false } = options;
  const index = new CocoIndex(onDrop);
  try {
    for (const path of paths) await index.add(path);
    let images: string | undefined;
    for (const [id, place] of index.images) {
      const { file_name: key, ...rest } = CocoImage.parse(await index.entry(place));
      const annotations: CocoAnnotation[] = [];
      for (const at of index.take(id)) annotations.push(CocoAnnotation.parse(await index.entry(at)));
      const lines = captionsIn(annotations);
      const boxes = boxesIn(annotations, index.categories);
      if (lines.length === 0 && !keepUncaptioned) {
        onDrop(key, annotations.some(({ caption }) => caption !== undefined) ? "CAPTION_EMPTY" : "CAPTION_MISSING");
        continue;
      }
      images ??= options.images ?? (await imageFolder(paths[0]!, key));
      const image = pictureAt(picturePath(paths[0]!, key, images));
      const fields = fieldsOf(rest, key, { onDrop, keepUncaptioned, used: ["key", "captions"], lines });
      if (fields) yield { key: rest.key ?? key, image, ...fields, ...(boxes.length > 0 && { boxes }) };
    }
    for (const id of index.strays) onDrop(`${basename(paths[0]!)}: image ${id}`, "IMAGE_MISSING");
  } catch (cause) {
    if (!(cause instanceof SyntaxError) && !isFileError(cause)) throw cause;
    throw new InputError("COCO_NOT_READABLE", paths.join(", "), reasonOf(cause), "fetch or write the file again", {
      cause,
    });
  } finally {
    await index.close();
  }
}

const isFileError = (cause: unknown): boolean =>
  (cause instanceof Error && "code" in cause && "syscall" in cause) ||
  (cause instanceof InputError && cause.code === "FILE_NOT_READABLE");

/** An entry's place: which file, where it begins, how long it is; bytes. */
type Place = readonly [file: number, start: number, length: number];

/** Where the entries of annotation files stand. */
class CocoIndex {
  readonly images = new Map<string | number, Place>();
  readonly categories = new Map<string | number, string>();
  readonly #annotations = new Map<string | number, Place[]>();
  readonly #files: FileHandle[] = [];
  readonly #onDrop: ReadOptions["onDrop"];

  constructor(onDrop: ReadOptions["onDrop"]) {
    this.#onDrop = onDrop;
  }

  async add(path: string): Promise<void> {
    const file = this.#files.push(await open(path, "r")) - 1;
    for await (const { list, start, bytes } of jsonElements(byteStream(path))) {
      const place = [file, start, bytes.length] as const;
      if (list !== "images" && list !== "annotations" && list !== "categories") continue;
      const text = decodeUtf8(bytes);
      if (text === undefined) {
        this.#onDrop(`${basename(path)}: ${list}, byte ${start}`, "TEXT_NOT_UTF8");
        continue;
      }
      const entry: unknown = JSON.parse(text);
      const isGood = list === "images" ? this.#image(entry, place) : this.#other(list, entry, place);
      if (!isGood) this.#onDrop(`${basename(path)}: ${list}, byte ${start}`, "ANNOTATION_MALFORMED");
    }
  }

  /** The places of an image's annotations, which are then forgotten. */
  take(id: string | number): readonly Place[] {
    const places = this.#annotations.get(id) ?? [];
    this.#annotations.delete(id);
    return places;
  }

  /** Images whose annotations nobody took. */
  get strays(): Iterable<string | number> {
    return this.#annotations.keys();
  }

  async entry([file, start, length]: Place): Promise<unknown> {
    const bytes = new Uint8Array(length);
    await this.#files[file]!.read(bytes, 0, length, start);
    return JSON.parse(new TextDecoder().decode(bytes));
  }

  async close(): Promise<void> {
    for (const file of this.#files) await file.close();
  }

  #image(entry: unknown, place: Place): boolean {
    const image = CocoImage.safeParse(entry);
    if (image.success && !this.images.has(image.data.id)) this.images.set(image.data.id, place);
    return image.success;
  }

  #other(list: "annotations" | "categories", entry: unknown, place: Place): boolean {
    if (list === "categories") {
      const category = CocoCategory.safeParse(entry);
      if (category.success) this.categories.set(category.data.id, category.data.name);
      return category.success;
    }
    const annotation = CocoAnnotation.safeParse(entry);
    if (!annotation.success) return false;
    const places = this.#annotations.get(annotation.data.image_id);
    if (places === undefined) this.#annotations.set(annotation.data.image_id, [place]);
    else places.push(place);
    return true;
  }
}

/** Where COCO's pictures are: beside the file, in `images`, or in a folder beside that of the annotations which has the split's name. */
async function imageFolder(path: string, picture: string): Promise<string> {
  const [folder, split = ""] = [dirname(path), /^[a-z]+_(.*)\.json$/.exec(basename(path))?.[1]];
  const places = ["", "images", join("..", split), join("..", "images"), join("..", "images", split)];
  for (const place of places) {
    const found = await stat(join(folder, place, picture)).catch(() => undefined);
    if (found !== undefined) return join(folder, place);
  }
  return folder;
}
