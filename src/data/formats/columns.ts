import { InputError, nearest } from "../../platform/error.ts";

/** Usual names of columns, by what they hold. */
const usualNames = {
  picture: ["path", "image", "image_path", "filepath", "file_path", "file_name", "filename", "file"],
  caption: ["caption", "text", "title"],
  language: ["language", "lang"],
  label: ["label", "class", "class_name", "category", "target"],
} as const;

/** The column of captions by its usual names; `undefined` if there is none. */
export const findCaption = (found: readonly string[]): string | undefined => findColumn(usualNames.caption, found);

/** The column of languages by its usual names; `undefined` if there is none. */
export const findLanguage = (found: readonly string[]): string | undefined => findColumn(usualNames.language, found);

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

/** Whether a table is what Hugging Face's ImageFolder takes for the texts of pictures, whose paths are then in `file_name`. */
export const isFolderMetadata = (table: string): boolean => /^metadata\.(csv|tsv|jsonl)$/.test(table);

/** Whether a reader would take the column `name` for `own`, the one that holds the pictures. */
export const hidesPicture = (name: string, own: string, names: readonly string[] = usualNames.picture): boolean =>
  name === own || findColumn(names, [name, own]) !== own;

/** The first column that is called by one of these names, in the order of the names; case does not count. */
export const findColumn = (names: readonly string[], found: readonly string[]): string | undefined =>
  names.flatMap((name) => found.filter((column) => column.trim().toLowerCase() === name))[0];
