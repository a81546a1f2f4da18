import { InputError } from "../../../platform/error.ts";
import type { ImagePart, InterleavedDocument, OnDrop } from "../../sample.ts";
import { AtomicFile, removeLeftovers } from "../atomic-file.node.ts";
import { lockDestination } from "../lock-destination.node.ts";
import { ParquetWriter } from "../parquet/write-parquet.node.ts";
import { expectNothingAt } from "../write/expect-nothing.node.ts";
import { mmc4Line } from "./mmc4.ts";
import { obelicsRow } from "./obelics.ts";

/** How documents are written. */
export interface WriteDocumentsOptions {
  /** Replaces what is at the path. */
  readonly overwrite?: boolean;
  /** Told of every picture whose file cannot be read; its place and address stay. */
  readonly onDrop: OnDrop;
  /** Called after each document, with how many are written. */
  readonly onProgress?: (written: number) => void;
  /** Stops before the next document; what was written is removed. */
  readonly signal?: AbortSignal;
}

/**
 * Writes documents in the layout of OBELICS (`.parquet`) or of MMC4 (`.jsonl`); pictures that have a file go with them. The file appears
 * under its name when it is whole.
 *
 * @returns how many documents were written
 * @throws {InputError} DATA_EXISTS, DATA_EMPTY, DATA_NOT_RECOGNISED, DESTINATION_BUSY, FILE_NOT_WRITABLE
 */
export async function writeDocuments(
  documents: AsyncIterable<InterleavedDocument>,
  path: string,
  { overwrite = false, onDrop, onProgress, signal }: WriteDocumentsOptions,
): Promise<number> {
  await using _lock = await lockDestination(path);
  if (!overwrite) await expectNothingAt(path);
  await removeLeftovers(path);
  await using sink = await openSink(path);
  let written = 0;
  for await (const document of documents) {
    signal?.throwIfAborted();
    await sink.write(document, await bytesOf(document, onDrop));
    written++;
    onProgress?.(written);
  }
  signal?.throwIfAborted();
  if (written === 0)
    throw new InputError("DATA_EMPTY", path, "there is no document to write", "look at what was dropped, and why");
  await sink.close();
  return written;
}

interface DocumentSink extends AsyncDisposable {
  readonly write: (document: InterleavedDocument, bytes: readonly (Uint8Array | undefined)[]) => Promise<void>;
  readonly close: () => Promise<void>;
}

async function openSink(path: string): Promise<DocumentSink> {
  if (/\.parquet$/i.test(path)) {
    const columns = {
      key: "string",
      images: { list: "string" },
      texts: { list: "string" },
      image_bytes: { list: "bytes" },
      metadata: "string",
      general_metadata: "string",
    } as const;
    const writer = await ParquetWriter.create(path, columns, { rowGroupRows: 1000, rowGroupBytes: 2 ** 24 });
    return {
      write: (document, bytes) => writer.append(obelicsRow(document, bytes)),
      close: () => writer.close(),
      [Symbol.asyncDispose]: () => writer[Symbol.asyncDispose](),
    };
  }
  if (!/\.jsonl$/i.test(path))
    throw new InputError(
      "DATA_NOT_RECOGNISED",
      path,
      "the file's ending is none of .parquet, .jsonl",
      "name it .parquet for the layout of OBELICS, .jsonl for that of MMC4",
    );
  const file = await AtomicFile.create(path);
  return {
    write: (document, bytes) => file.write(`${JSON.stringify(mmc4Line(document, bytes))}\n`),
    close: () => file.commit(),
    [Symbol.asyncDispose]: () => file[Symbol.asyncDispose](),
  };
}

/** The file of each part that is a picture and has one. */
const bytesOf = ({ parts, key }: InterleavedDocument, onDrop: OnDrop): Promise<(Uint8Array | undefined)[]> =>
  Promise.all(
    parts.map(async (part, i) => (part.kind === "image" ? fileOf(part, `${key}: part ${i + 1}`, onDrop) : undefined)),
  );

async function fileOf({ image }: ImagePart, where: string, onDrop: OnDrop): Promise<Uint8Array | undefined> {
  if (image === undefined || image instanceof Uint8Array) return image;
  if (!("read" in image)) {
    onDrop(where, "IMAGE_DECODED"); // pixels without a file: documents of web pages have files
    return undefined;
  }
  try {
    return await image.read();
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    onDrop(where, error.code);
    return undefined;
  }
}
