import { relative, resolve } from "node:path";
import { isUrl } from "../data/formats/byte-stream.node.ts";
import { mapInOrder } from "../data/stream.ts";
import type { Embedder } from "../eval/embedder.ts";
import { FoveaError, InputError } from "../platform/error.ts";
import { buildGraph } from "./approximate.node.ts";
import { lockIndex, mergeParts, partsToMerge, sweepIndex, writeManifest } from "./index-folder.node.ts";
import { indexName, type IndexDType, type IndexedPicture, type Manifest } from "./index-format.ts";
import { demandSameModel } from "./index-model.ts";
import { openSource, type IndexSource, type SourcePicture } from "./index-source.node.ts";
import { IndexWriter } from "./index-writer.node.ts";
import { KnownPictures } from "./known-pictures.node.ts";
import { readFacts, type PictureFacts } from "./picture-facts.node.ts";
import { demandNotOutdated, PictureIndex, readManifest } from "./picture-index.node.ts";

/** Where and how {@link indexData} keeps an index. */
export interface IndexDataOptions {
  /** The index' folder. If it is one already, pictures that did not change since keep their vectors. */
  readonly out: string;
  /** Where the pictures are that a table, COCO or LLaVA file names; see `ReadOptions`. */
  readonly images?: string;
  /** Name of the model, for the record. */
  readonly model: string;
  /** `float16` if absent, or what the index has. */
  readonly dtype?: IndexDType;
  /** Pictures from which on a graph for approximate search is made; {@link defaultGraphFrom} if absent, `Infinity` for never. */
  readonly graphFrom?: number;
  /** Pictures between two writes at most; 4,096 if absent. There is one at least every ten seconds. */
  readonly saveEvery?: number;
  /** When it aborts, the index is written with what is there. */
  readonly signal?: AbortSignal;
  /** Told how many pictures were seen, at the start and after each, and of how many where that is known. */
  readonly onProgress?: (done: number, total: number | undefined) => void;
  /** Told how many rows the graph holds, while it is made. */
  readonly onGraph?: (rows: number, total: number) => void;
  /** Told of each picture that cannot be read (an error) or is left out (a reason such as `CAPTION_MISSING`). */
  readonly onFailure?: (key: string, error: unknown) => void;
}

/** Where exact search begins to take longer than half a second on two cores, if vectors come from disk. */
export const defaultGraphFrom = 100_000;

/** What {@link indexData} did. */
export interface IndexedData {
  /** Pictures in the index now. */
  readonly pictures: number;
  /** Embedded now. */
  readonly embedded: number;
  /** As they were. */
  readonly kept: number;
  /** Known by their bytes, but moved, renamed or described anew: they keep their vectors. */
  readonly updated: number;
  /** Gone from the data, and not moved within it. */
  readonly removed: number;
  /** Unreadable, or left out by the data's reader. */
  readonly failed: number;
  /** Whether there is a graph for approximate search. */
  readonly hasGraph: boolean;
  /** Whether the signal ended it early: run again to go on. */
  readonly interrupted: boolean;
}

/** Pictures that are read ahead of the model. */
const readsAhead = 8;

/**
 * Embeds the pictures of a folder or data set into an index. Run again, it embeds only what is new or changed: a picture with a file of its
 * own is known by size and time, others, and those that moved, by their bytes. A run that is killed leaves an index of what it had written.
 *
 * @param source a folder of pictures, subfolders included, or any data set that `openData` reads
 * @throws {InputError} INDEX_EMPTY if not one picture can be read: an index that there is stays as it is; INDEX_PLACE_TAKEN, INDEX_BUSY, INDEX_INVALID, INDEX_OUTDATED, INDEX_CORRUPT, INDEX_OF_OTHER_MODEL, INDEX_OF_OTHER_DATA, INDEX_OF_OTHER_DTYPE, and what
 *   {@link openSource} throws
 */
export async function indexData(source: string, embedder: Embedder, options: IndexDataOptions): Promise<IndexedData> {
  const { out, signal } = options;
  const counts = { embedded: 0, kept: 0, updated: 0, removed: 0, failed: 0 };
  let firstFailure: string | undefined;
  const fail = (key: string, error: unknown): void => {
    counts.failed++;
    firstFailure ??= `${key}: ${error instanceof FoveaError ? error.found : String(error)}`;
    options.onFailure?.(key, error);
  };
  await demandNotOutdated(out);
  const { images } = options;
  const data = await openSource(source, { onDrop: fail, ...(images !== undefined && { images }) });
  const progress = (): void =>
    options.onProgress?.(counts.embedded + counts.kept + counts.updated + counts.failed, data.count);
  const pictures = await begun(data.pictures()); // what is wrong with the data shows before anything is made
  await using _lock = await lockIndex(out);
  const index = await PictureIndex.of(out, await manifestFor(data, embedder, options));
  await sweepIndex(out, index.manifest);
  const known = await KnownPictures.of(index);
  const writer = new IndexWriter(index, options.saveEvery ?? 4096);
  progress();

  const look = async (picture: SourcePicture): Promise<Looked> => {
    if (known.isRepeated(picture.key)) return { picture, error: "KEY_REPEATED" };
    if (known.isSameFile(picture)) return { picture };
    try {
      return { picture, facts: await readFacts(picture.image) };
    } catch (error) {
      return { picture, error };
    }
  };
  const failAt = (key: string, error: unknown): void => {
    const row = known.rowOf(key);
    if (row !== undefined && error !== "KEY_REPEATED") writer.remove([row]); // what it was like before is no longer there
    fail(key, error);
  };
  /** The pictures that need the model; the others are settled on the way. */
  async function* fresh(): AsyncGenerator<Fresh> {
    for await (const looked of mapInOrder(pictures, readsAhead, look)) {
      if (signal?.aborted === true) return;
      const { picture } = looked;
      if ("error" in looked) failAt(picture.key, looked.error);
      else if (!("facts" in looked) || known.isSameData(picture, looked.facts.digest)) counts.kept++;
      else {
        const row = known.rowToReuse(picture.key, looked.facts.digest);
        const item = { picture: indexed(picture, looked.facts), image: looked.facts.image };
        if (row === undefined) {
          yield item;
          continue;
        }
        await writer.add(item.picture, row, known.rowOf(picture.key));
        counts.updated++;
      }
      progress();
    }
  }
  const stream = embedder.embedStream(
    fresh(),
    ({ image }) => image,
    ({ picture }, error) => {
      failAt(picture.key, error);
      progress();
    },
  );
  for await (const { item, embedding } of stream) {
    await writer.add(item.picture, embedding, known.rowOf(item.picture.key));
    counts.embedded++;
    progress();
    if (signal?.aborted === true) break;
  }
  if (signal?.aborted === true) {
    const { count } = await PictureIndex.of(out, await writer.save());
    return { pictures: count, ...counts, hasGraph: false, interrupted: true };
  }
  if (counts.embedded + counts.kept + counts.updated === 0) throw nothingReadable(source, counts.failed, firstFailure);
  const unseen = known.unseen();
  writer.remove(unseen.rows);
  const written = await writer.save({ complete: true, sourceFiles: [...data.files] });
  const { manifest, count } = await settle(await PictureIndex.of(out, written), options);
  const hasGraph = manifest.graph !== undefined;
  return { pictures: count, ...counts, removed: unseen.gone, hasGraph, interrupted: false };
}

const nothingReadable = (source: string, failed: number, example: string | undefined): InputError =>
  new InputError(
    "INDEX_EMPTY",
    source,
    example === undefined ? "it holds no pictures" : `none of its ${failed} pictures can be read, e.g. ${example}`,
    "check the pictures; if a table names files that are elsewhere, give their folder with --images",
  );

/** The same stream, its first item read. */
async function begun<T>(items: AsyncGenerator<T>): Promise<AsyncGenerator<T>> {
  const first = await items.next();
  return (async function* () {
    if (first.done === true) return;
    yield first.value;
    yield* items;
  })();
}

/** A picture of which something is known: what was read of it, or why it cannot be; nothing if it need not be read. */
type Looked =
  | { readonly picture: SourcePicture }
  | { readonly picture: SourcePicture; readonly facts: PictureFacts }
  | { readonly picture: SourcePicture; readonly error: unknown };

/** A picture for the model. */
interface Fresh {
  readonly picture: IndexedPicture;
  readonly image: PictureFacts["image"];
}

const indexed = ({ key, caption, metadata, file }: SourcePicture, facts: PictureFacts): IndexedPicture => ({
  key,
  path: file?.path ?? null,
  caption,
  bytes: facts.bytes,
  modified: file?.modified ?? null,
  width: facts.width,
  height: facts.height,
  date: facts.taken ?? file?.modified ?? null,
  digest: facts.digest,
  metadata,
});

/** The manifest to go on from: the index' own, or a new one. */
async function manifestFor(data: IndexSource, embedder: Embedder, options: IndexDataOptions): Promise<Manifest> {
  const { out, model, dtype } = options;
  const isBeside = out === resolve(data.source, indexName) || out === `${data.source}${indexName}`;
  // Relative, so that a folder that has its index within it can be moved.
  const within = (path: string): string => (isBeside && !isUrl(path) ? relative(out, path) : path);
  const source = { source: within(data.source), base: within(data.base) };
  const earlier = await readManifest(out);
  if (earlier === undefined)
    return {
      format: "fovea-index-2",
      model,
      fingerprint: embedder.fingerprint,
      width: embedder.width,
      dtype: dtype ?? "float16",
      ...source,
      complete: false,
      sourceFiles: [],
      parts: [],
    };
  demandSameModel(earlier, embedder, out);
  if (earlier.source !== source.source)
    throw new InputError(
      "INDEX_OF_OTHER_DATA",
      out,
      `it is of ${earlier.source}`,
      "give another place with --out, or remove the index first",
    );
  if (dtype !== undefined && dtype !== earlier.dtype)
    throw new InputError(
      "INDEX_OF_OTHER_DTYPE",
      out,
      `its vectors are ${earlier.dtype}, not ${dtype}`,
      `leave ${dtype} out, or remove the index first`,
    );
  return earlier;
}

/** Merges small parts, makes or extends the graph if there are pictures enough, and removes what is no longer named. */
async function settle(
  index: PictureIndex,
  { graphFrom = defaultGraphFrom, onGraph }: IndexDataOptions,
): Promise<PictureIndex> {
  const { path, manifest } = index;
  const from = partsToMerge(manifest.parts);
  const parts =
    from === undefined ? manifest.parts : [...manifest.parts.slice(0, from), ...(await mergeParts(index, from))];
  const merged = from === undefined ? index : await PictureIndex.of(path, { ...manifest, parts });
  const graph = merged.count < graphFrom ? undefined : await buildGraph(merged, onGraph);
  const { graph: _, ...rest } = merged.manifest;
  const settled = { ...rest, ...(graph !== undefined && { graph }) };
  await writeManifest(path, settled);
  await sweepIndex(path, settled);
  return PictureIndex.of(path, settled);
}
