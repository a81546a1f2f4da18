import { readdir, stat } from "node:fs/promises";
import { basename, join } from "node:path";
import { InputError } from "../../../platform/error.ts";
import type { InterleavedDocument, OnDrop } from "../../sample.ts";
import { expandBraces } from "../braces.ts";
import { isUrl } from "../byte-stream.node.ts";
import { readParquet } from "../parquet/read-parquet.node.ts";
import type { SampleRecord } from "../sample-record.ts";
import { pictureAt, readRows } from "../table.node.ts";
import { documentOfMmc4, Mmc4Record } from "./mmc4.ts";
import { documentOfObelics, ObelicsRecord } from "./obelics.ts";

/** How documents are read. */
export interface OpenDocumentsOptions {
  /** Told of every document that is left out, with its reason. */
  readonly onDrop: OnDrop;
  /** The folder of the pictures that MMC4 names. */
  readonly images?: string;
}

const documentEnding = /\.(parquet|jsonl|jsonl\.gz)$/i;

/**
 * Streams the interleaved documents at `path`, in the layout of OBELICS or of MMC4, whichever a row has: a Parquet or JSONL file (gzip too),
 * several with braces (`{00..11}`), local or behind HTTP, or a folder of them.
 *
 * Drops documents by reason: ROW_MALFORMED, DOCUMENT_MALFORMED (of neither layout), DOCUMENT_EMPTY; an unreadable file among several as
 * SHARD_CORRUPT.
 *
 * @throws {InputError} DATA_NOT_FOUND, DATA_NOT_RECOGNISED, DATA_EMPTY, PARQUET_NOT_READABLE, TABLE_NOT_READABLE
 */
export async function* openDocuments(path: string, options: OpenDocumentsOptions): AsyncGenerator<InterleavedDocument> {
  const files = await filesAt(path);
  for (const file of files) {
    try {
      yield* readDocuments(file, options);
    } catch (error) {
      const isFile = error instanceof InputError && /^(PARQUET|TABLE)_/.test(error.code);
      if (!isFile || files.length === 1) throw error;
      options.onDrop(basename(file), "SHARD_CORRUPT");
    }
  }
}

async function* readDocuments(
  path: string,
  { onDrop, images }: OpenDocumentsOptions,
): AsyncGenerator<InterleavedDocument> {
  const fileOf = (name: string) => (images === undefined ? undefined : pictureAt(join(images, name)));
  let row = 0;
  for await (const record of recordsOf(path, onDrop)) {
    row++;
    const key = typeof record["key"] === "string" && record["key"] !== "" ? record["key"] : `${basename(path)}/${row}`;
    const obelics = ObelicsRecord.safeParse(record);
    const mmc4 = obelics.success ? undefined : Mmc4Record.safeParse(record);
    if (!obelics.success && !mmc4?.success) {
      onDrop(key, "DOCUMENT_MALFORMED");
      continue;
    }
    const document = obelics.success ? documentOfObelics(obelics.data, key) : documentOfMmc4(mmc4!.data!, key, fileOf);
    if (document.parts.length === 0) onDrop(key, "DOCUMENT_EMPTY");
    else yield document;
  }
}

async function* recordsOf(path: string, onDrop: OnDrop): AsyncGenerator<SampleRecord> {
  if (!/\.parquet$/i.test(path)) yield* readRows(path, onDrop);
  else for await (const rows of readParquet(path)) yield* rows;
}

async function filesAt(path: string): Promise<string[]> {
  const paths = expandBraces(path);
  if (paths.length === 1 && !isUrl(path)) {
    const there = await stat(path).catch((cause: unknown) => {
      throw new InputError("DATA_NOT_FOUND", path, "there is no such file or folder", "check the path", { cause });
    });
    if (there.isDirectory()) {
      const names = (await readdir(path)).filter((name) => documentEnding.test(name));
      if (names.length === 0)
        throw new InputError(
          "DATA_EMPTY",
          path,
          "the folder holds no documents",
          "give a folder of .parquet or .jsonl files",
        );
      return names.sort((a, b) => (a < b ? -1 : 1)).map((name) => join(path, name));
    }
  }
  if (documentEnding.test(path.replace(/[?#].*/, ""))) return paths;
  throw new InputError(
    "DATA_NOT_RECOGNISED",
    path,
    "the file's ending is none of .parquet, .jsonl, .jsonl.gz",
    "give documents in the layout of OBELICS or MMC4",
  );
}
