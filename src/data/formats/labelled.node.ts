import { readdir, stat } from "node:fs/promises";
import { basename, join } from "node:path";
import { platform } from "#platform";
import { InputError } from "../../platform/error.ts";
import type { LabelledPicture } from "../labelled-picture.ts";
import type { OnDrop } from "../sample.ts";
import { needColumn } from "./columns.ts";
import { listPictures } from "./pictures.node.ts";
import type { ReadOptions } from "./read-options.ts";
import { picturePath, readRows, tableEnding } from "./table.node.ts";

/**
 * Pictures with labels, from a folder of one subfolder a class (`_` and `-` in its name are read as spaces), or a CSV,
 * TSV or JSONL file with a column of paths and one of labels.
 *
 * Drops rows by reason: ROW_MALFORMED, IMAGE_MISSING, LABEL_MISSING; pictures of a folder as IMAGE_FORMAT_UNKNOWN.
 *
 * @throws {InputError} DATA_NOT_FOUND, DATA_NOT_LABELLED, COLUMN_MISSING, TABLE_NOT_READABLE, whatever `onDrop` throws
 */
export async function* openLabelled(
  path: string,
  options: Pick<ReadOptions, "onDrop" | "images">,
): AsyncGenerator<LabelledPicture> {
  const there = await stat(path).catch((cause: unknown) => {
    throw new InputError("DATA_NOT_FOUND", path, "there is no such file or folder", "check the path", { cause });
  });
  if (there.isDirectory()) yield* labelledFolder(path, options.onDrop);
  else if (tableEnding.test(path)) yield* labelledTable(path, options);
  else throw notLabelled(path, "the file's ending is none of .csv, .tsv, .jsonl");
}

async function* labelledFolder(folder: string, onDrop: OnDrop): AsyncGenerator<LabelledPicture> {
  const classes = (await readdir(folder, { withFileTypes: true })).filter((entry) => entry.isDirectory());
  for (const { name } of classes.sort((a, b) => (a.name < b.name ? -1 : 1)))
    for (const { path } of await listPictures(join(folder, name), onDrop))
      yield {
        key: `${name}/${path}`,
        image: { read: () => platform.readBytes(join(folder, name, path)) },
        label: name.replaceAll(/[_-]+/g, " "),
      };
  if (classes.length === 0) throw notLabelled(folder, "the folder has no subfolders");
}

async function* labelledTable(
  table: string,
  { onDrop, images }: Pick<ReadOptions, "onDrop" | "images">,
): AsyncGenerator<LabelledPicture> {
  let columns: { readonly path: string; readonly label: string } | undefined;
  let number = 0;
  for await (const row of readRows(table, onDrop)) {
    number++;
    const name = basename(table);
    columns ??= {
      path: needColumn("picture", Object.keys(row), name),
      label: needColumn("label", Object.keys(row), name),
    };
    const path = textOf(row[columns.path]);
    const label = textOf(row[columns.label]);
    if (path === "") onDrop(`${name}: row ${number}`, "IMAGE_MISSING");
    else if (label === "") onDrop(path, "LABEL_MISSING");
    else yield { key: path, image: { read: () => platform.readBytes(picturePath(table, path, images)) }, label };
  }
}

const textOf = (value: unknown): string => (typeof value === "string" ? value.trim() : "");

const notLabelled = (where: string, found: string): InputError =>
  new InputError(
    "DATA_NOT_LABELLED",
    where,
    found,
    "give a folder with one subfolder of pictures for each class, or a CSV, TSV or JSONL file with columns path and label",
  );
