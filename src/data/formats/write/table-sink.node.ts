import { randomUUID } from "node:crypto";
import { access, mkdir, rename, rm, writeFile } from "node:fs/promises";
import { basename, dirname, join, resolve, sep } from "node:path";
import { pathWithin } from "../../../platform/node/files.ts";
import { AtomicFile } from "../atomic-file.node.ts";
import { isUrl } from "../byte-stream.node.ts";
import { hidesPicture, isFolderMetadata } from "../columns.ts";
import { extraName, recordOf } from "../sample-record.ts";
import { expectNothingAt } from "./expect-nothing.node.ts";
import { inferColumns, rowFor } from "./infer-columns.ts";
import { PictureFolder } from "./picture-folder.node.ts";
import type { SampleSink } from "./sample-sink.ts";

/** Which table. `json` is a list, as LLaVA's. */
export type TableFormat = "csv" | "tsv" | "jsonl" | "json";

/** The columns of CSV and TSV are those of this many first samples. */
const inferFrom = 256;

/** The folder of a table's pictures: `pets.csv` has `pets-images`. */
export const imagesOf = (table: string): string =>
  join(dirname(table), `${basename(table).replace(/\.\w+$/, "")}-images`);

/** Stands among the pictures until their table is there. */
const mark = ".unfinished";

/** Makes sure that no pictures are replaced but those of a run that was killed before its table was there. @throws {InputError} DATA_EXISTS */
export async function expectNoImages(table: string): Promise<void> {
  const images = imagesOf(table);
  const isLeft = await access(join(images, mark)).then(
    () => true,
    () => false,
  );
  if (!isLeft) await expectNothingAt(images);
}

/**
 * A table of samples, and a folder of their pictures beside it. One that is called `metadata` is of the form of Hugging Face's ImageFolder.
 * @param reference names pictures that are files where they are, instead of writing them again
 */
export async function tableSink(path: string, format: TableFormat, reference: boolean): Promise<SampleSink> {
  const file = await AtomicFile.create(path);
  const images = imagesOf(path);
  const partial = `${images}.${randomUUID()}.tmp`;
  const pictures = new PictureFolder(partial);
  const rows = rowWriter(file, format);
  const column = pictureColumn(path, format);
  let copied = 0;
  return {
    async write(sample, index) {
      const isThere = reference && sample.at !== undefined;
      if (!isThere && copied++ === 0) {
        await mkdir(partial);
        await writeFile(join(partial, mark), "");
      }
      const at = isThere
        ? referenceTo(sample.at, dirname(path))
        : `${basename(images)}/${await pictures.write(sample.pictures[0], index)}`;
      await rows.write({ [column]: at, key: sample.key, ...recordOf(sample, (name) => hidesPicture(name, column)) });
    },
    async close() {
      await rows.end();
      if (copied > 0) {
        await rm(images, { recursive: true, force: true });
        await rename(partial, images);
      }
      await file.commit();
      await rm(join(images, mark), { force: true });
    },
    async [Symbol.asyncDispose]() {
      await file[Symbol.asyncDispose]();
      await rm(partial, { recursive: true, force: true });
    },
  };
}

/** LLaVA's name for the picture, that of Hugging Face's ImageFolder, or the plain one. */
const pictureColumn = (table: string, format: TableFormat): string =>
  format === "json" ? "image" : isFolderMetadata(basename(table)) ? "file_name" : "path";

/** A path relative to the table where it is below its folder, so that both can be moved. */
function referenceTo(at: string, folder: string): string {
  if (isUrl(at)) return at;
  return pathWithin(folder, at)?.split(sep).join("/") ?? resolve(at);
}

interface RowWriter {
  readonly write: (row: Record<string, unknown>) => Promise<void>;
  readonly end: () => Promise<void>;
}

function rowWriter(file: AtomicFile, format: TableFormat): RowWriter {
  if (format === "csv" || format === "tsv") return delimitedWriter(file, format);
  const isList = format === "json";
  let separator = isList ? "[\n" : "";
  return {
    async write(row) {
      await file.write(separator + JSON.stringify(row) + (isList ? "" : "\n"));
      if (isList) separator = ",\n";
    },
    end: () => (isList ? file.write(separator === "[\n" ? "[]\n" : "\n]\n") : Promise.resolve()),
  };
}

function delimitedWriter(file: AtomicFile, format: "csv" | "tsv"): RowWriter {
  let first: Record<string, unknown>[] | undefined = [];
  let columns: ReturnType<typeof inferColumns> = {};
  const line = (cells: readonly unknown[]): string =>
    `${cells.map((cell) => (format === "csv" ? csvCell(cell) : tsvCell(cell))).join(format === "csv" ? "," : "\t")}\n`;
  const append = async (row: Record<string, unknown>): Promise<void> => {
    const fitted = rowFor(row, columns);
    await file.write(line([...Object.keys(columns), extraName].map((name) => fitted[name])));
  };
  const begin = async (): Promise<void> => {
    const rows = first ?? [];
    first = undefined;
    columns = inferColumns(rows);
    await file.write(line([...Object.keys(columns), extraName]));
    for (const row of rows) await append(row);
  };
  return {
    async write(row) {
      if (first === undefined) return append(row);
      first.push(row);
      return first.length === inferFrom ? begin() : undefined;
    },
    end: () => (first === undefined ? Promise.resolve() : begin()),
  };
}

const cellText = (value: unknown): string =>
  value === undefined || value === null ? "" : typeof value === "string" ? value : JSON.stringify(value);

function csvCell(value: unknown): string {
  const text = cellText(value);
  return /[",\r\n]|^\s|\s$/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** Tab-separated values have no way to write a tab or a line break: they become spaces. */
const tsvCell = (value: unknown): string => cellText(value).replaceAll(/[\t\r\n]+/g, " ");
