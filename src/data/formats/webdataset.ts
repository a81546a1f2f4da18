import { captionLines, type Sample, type SampleImage } from "../sample.ts";
import { parseObject } from "./json-object.ts";
import { pictureKinds } from "./picture-endings.ts";
import type { ReadOptions } from "./read-options.ts";
import type { TarEntry } from "./read-tar.ts";
import { fieldsOf } from "./sample-record.ts";
import { decodeUtf8 } from "./utf8.ts";

/**
 * Joins the files of a WebDataset shard to samples. Files that follow each other and share a name up to the first dot of its last part are
 * one sample: a picture (`jpg`, `png`, `webp`, ...) or several, numbered as frames (`0.jpg`, `1.jpg`), captions (`txt`, one a line, or
 * those of `json`), a class (`cls`) and whatever else `json` says.
 *
 * Drops samples by reason: IMAGE_MISSING, CAPTION_MISSING, CAPTION_EMPTY, JSON_MALFORMED, TEXT_NOT_UTF8.
 *
 * @param shard the archive's name: sample keys are `shard/key`, unless `json` has a `key`
 * @see https://github.com/webdataset/webdataset
 */
export async function* joinEntries(
  entries: AsyncIterable<TarEntry>,
  shard: string,
  options: ReadOptions,
): AsyncGenerator<Sample> {
  for await (const { key, files } of groupFiles(entries)) {
    const sample = sampleOf(`${shard}/${key}`, files, options);
    if (sample !== undefined) yield sample;
  }
}

interface FileGroup {
  readonly key: string;
  /** File contents by lower-case ending. */
  readonly files: Map<string, Uint8Array>;
}

async function* groupFiles(entries: AsyncIterable<TarEntry>): AsyncGenerator<FileGroup> {
  let group: FileGroup | undefined;
  for await (const { name, bytes } of entries) {
    const [, key, ending] = /^((?:.*\/)?[^./]+)\.([^/]+)$/.exec(name) ?? [];
    if (key === undefined || ending === undefined) continue; // a hidden file or one without ending belongs to no sample
    if (group?.key !== key) {
      if (group !== undefined) yield group;
      group = { key, files: new Map() };
    }
    group.files.set(ending.toLowerCase(), bytes);
  }
  if (group !== undefined) yield group;
}

function sampleOf(name: string, files: ReadonlyMap<string, Uint8Array>, options: ReadOptions): Sample | undefined {
  const { onDrop, keepUncaptioned = false } = options;
  const pictures = picturesOf(files);
  const [json, text, label] = ["json", "txt", "cls"].map((ending) => {
    const bytes = files.get(ending);
    return bytes && { text: decodeUtf8(bytes) };
  });
  if ([json, text, label].some((file) => file && file.text === undefined)) {
    onDrop(name, "TEXT_NOT_UTF8");
    return undefined;
  }
  const record = json?.text === undefined ? {} : parseObject(json.text);
  const [image] = pictures;
  if (image === undefined || record === undefined) {
    onDrop(name, image === undefined ? "IMAGE_MISSING" : "JSON_MALFORMED");
    return undefined;
  }
  const key = typeof record["key"] === "string" && record["key"] !== "" ? record["key"] : name;
  const fields = fieldsOf({ ...(label?.text !== undefined && { label: label.text.trim() }), ...record }, key, {
    onDrop,
    keepUncaptioned,
    used: ["key"],
    ...(text?.text !== undefined && { lines: captionLines(text.text) }),
  });
  return fields && { key, image, ...(pictures.length > 1 && { frames: pictures }), ...fields };
}

/** The picture, or all frames in their order. */
function picturesOf(files: ReadonlyMap<string, Uint8Array>): SampleImage[] {
  for (const kind of pictureKinds) {
    const image = files.get(kind);
    if (image !== undefined) return [image];
  }
  return [...files]
    .flatMap(([ending, bytes]) => {
      const [, number, kind] = /^(\d+)\.(\w+)$/.exec(ending) ?? [];
      return number !== undefined && pictureKinds.includes(kind!) ? [{ number: Number(number), bytes }] : [];
    })
    .sort((a, b) => a.number - b.number)
    .map(({ bytes }) => bytes);
}
