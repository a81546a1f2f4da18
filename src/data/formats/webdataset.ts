import { captionLines, type Caption, type OnDrop, type Sample } from "../sample.ts";
import { captionField, captionsOf } from "./columns.ts";
import { parseObject } from "./json-object.ts";

/** A file of a tar archive. */
export interface TarEntry {
  /** Its path in the archive. */
  readonly name: string;
  readonly bytes: Uint8Array;
}

const pictureKinds = ["jpg", "jpeg", "png", "webp"];

/**
 * Joins the files of a WebDataset shard to samples. Files that follow each other and share a name up to the first dot of its last part are
 * one sample: a picture (`jpg`, `png`, `webp`), captions (`txt`, one a line, or the `caption`, `text` or `title` of `json`) and metadata (`json`).
 *
 * Drops samples by reason: IMAGE_MISSING, CAPTION_MISSING, CAPTION_EMPTY, JSON_MALFORMED.
 *
 * @param shard the archive's name: sample keys are `shard/key`
 * @see https://github.com/webdataset/webdataset
 */
export async function* joinEntries(
  entries: AsyncIterable<TarEntry>,
  shard: string,
  onDrop: OnDrop,
): AsyncGenerator<Sample> {
  for await (const { key, files } of groupFiles(entries)) {
    const sample = sampleOf(`${shard}/${key}`, files, onDrop);
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

function sampleOf(key: string, files: ReadonlyMap<string, Uint8Array>, onDrop: OnDrop): Sample | undefined {
  const image = pictureKinds.map((ending) => files.get(ending)).find((bytes) => bytes !== undefined);
  const json = files.get("json");
  const metadata = json === undefined ? {} : parseObject(decodeText(json));
  if (image === undefined || metadata === undefined) {
    onDrop(key, image === undefined ? "IMAGE_MISSING" : "JSON_MALFORMED");
    return undefined;
  }
  const captions = captionsFrom(files.get("txt"), metadata, key, onDrop);
  return captions.length === 0 ? undefined : { key, image, captions, metadata };
}

function captionsFrom(
  text: Uint8Array | undefined,
  metadata: Readonly<Record<string, unknown>>,
  key: string,
  onDrop: OnDrop,
): Caption[] {
  if (text === undefined) return captionsOf(captionField(metadata), undefined, key, onDrop);
  const captions = captionLines(decodeText(text));
  if (captions.length === 0) onDrop(key, "CAPTION_EMPTY");
  return captions;
}

const decodeText = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);
