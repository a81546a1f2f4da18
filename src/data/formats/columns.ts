import { InputError, nearest } from "../../platform/error.ts";
import type { Caption, OnDrop } from "../sample.ts";

/** Usual names of columns, by what they hold. */
const usualNames = {
  picture: ["path", "image", "image_path", "filepath", "file_path", "file_name", "filename", "file"],
  caption: ["caption", "text", "title"],
  language: ["language", "lang"],
  label: ["label", "class", "class_name", "category", "target"],
} as const;

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
export const findColumns = (found: readonly string[], where: string): PairColumns => ({
  path: needColumn("picture", found, where),
  caption: needColumn("caption", found, where),
  language: findColumn(usualNames.language, found),
});

/**
 * The column that holds pictures' paths, captions or labels, by its usual names.
 * @param where the table's name, for the message
 * @throws {InputError} COLUMN_MISSING
 */
export function needColumn(what: "picture" | "caption" | "label", found: readonly string[], where: string): string {
  const names = usualNames[what];
  const column = findColumn(names, found);
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
}

const findColumn = (names: readonly string[], found: readonly string[]): string | undefined =>
  names.flatMap((name) => found.filter((column) => column.trim().toLowerCase() === name))[0];

/** The captions of a JSON record's usual fields: a text or a list of texts; `undefined` if it has none of them. */
export function captionField(record: Readonly<Record<string, unknown>>): unknown {
  const name = usualNames.caption.find((candidate) => record[candidate] !== undefined);
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
