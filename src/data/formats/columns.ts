import { InputError, nearest } from "../../platform/error.ts";
import type { Caption, OnDrop } from "../sample.ts";

const pathNames = ["path", "image", "image_path", "filepath", "file_path", "file_name", "filename", "file"];
const captionNames = ["caption", "text", "title"];
const languageNames = ["language", "lang"];

/** The columns of a table that make a sample. */
export interface PairColumns {
  readonly path: string;
  readonly caption: string;
  /** Absent if the table has none. */
  readonly language: string | undefined;
}

/**
 * Finds the picture, caption and language columns by their usual names; case and surrounding space do not matter.
 * @param where the table's name, for the message
 * @throws {InputError} COLUMN_MISSING
 */
export function findColumns(found: readonly string[], where: string): PairColumns {
  const find = (names: readonly string[]): string | undefined =>
    names.flatMap((name) => found.filter((column) => column.trim().toLowerCase() === name))[0];
  const need = (what: string, names: readonly string[]): string => {
    const column = find(names);
    if (column !== undefined) return column;
    const near = found.find((candidate) => nearest(candidate.trim().toLowerCase(), names) !== undefined);
    throw new InputError(
      "COLUMN_MISSING",
      where,
      `no ${what} column among ${found.map((name) => JSON.stringify(name)).join(", ")}`,
      near === undefined
        ? `name the column one of ${names.join(", ")}`
        : `did you mean "${nearest(near.trim().toLowerCase(), names)!}" by ${JSON.stringify(near)}? rename the column`,
    );
  };
  return { path: need("picture", pathNames), caption: need("caption", captionNames), language: find(languageNames) };
}

/** The captions of a JSON record's usual fields: a text or a list of texts; `undefined` if it has none of them. */
export function captionField(record: Readonly<Record<string, unknown>>): unknown {
  const name = captionNames.find((candidate) => record[candidate] !== undefined);
  return name === undefined ? undefined : record[name];
}

/** The non-blank captions in a field's value, which may be one text or a list; drops the sample if none is left. */
export function captionsOf(value: unknown, language: string | undefined, key: string, onDrop: OnDrop): Caption[] {
  const texts = (Array.isArray(value) ? value : [value])
    .filter((text) => typeof text === "string")
    .map((text) => text.trim())
    .filter((text) => text !== "");
  if (texts.length === 0) onDrop(key, value === undefined ? "CAPTION_MISSING" : "CAPTION_EMPTY");
  return texts.map((text) => (language === undefined ? { text } : { text, language }));
}
