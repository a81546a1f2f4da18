import { InputError } from "../../platform/error.ts";

/** A concept of a list, with everything that it is called. */
export interface Concept {
  /** The first name. */
  readonly name: string;
  /** All names, the first included. */
  readonly names: readonly string[];
}

/**
 * Parses a list of concepts: a JSON array of strings, or lines. Commas part the names of one concept, and a line may begin with
 * a WordNet id, as in ImageNet's `LOC_synset_mapping.txt`: `n01440764 tench, Tinca tinca`. Blank lines and those with `#` are skipped.
 *
 * @throws {InputError} CONCEPTS_INVALID, CONCEPTS_EMPTY
 */
export const parseConcepts = (text: string, where: string): Concept[] =>
  parseItems(text, where).flatMap((item) => {
    const names = item
      .replace(/^n\d{8}\s+/, "")
      .split(",")
      .map((name) => name.trim())
      .filter((name) => name !== "");
    return names.length === 0 ? [] : [{ name: names[0]!, names }];
  });

/**
 * The items of a list as they stand: strings of a JSON array, or lines that are neither blank nor begin with `#`.
 * @throws {InputError} CONCEPTS_INVALID, CONCEPTS_EMPTY
 */
export function parseItems(text: string, where: string): string[] {
  const lines = text.trimStart().startsWith("[") ? jsonStrings(text, where) : text.split(/\r?\n/);
  const items = lines.map((line) => line.trim()).filter((line) => line !== "" && !line.startsWith("#"));
  if (items.length > 0) return items;
  throw new InputError("CONCEPTS_EMPTY", where, "the list names no concept", "write one to a line");
}

function jsonStrings(text: string, where: string): string[] {
  const mend = 'write ["dog", "cat"], or one concept to a line';
  try {
    const value: unknown = JSON.parse(text);
    if (Array.isArray(value) && value.every((item) => typeof item === "string")) return value;
  } catch (cause) {
    throw new InputError("CONCEPTS_INVALID", where, "the list begins as JSON, but is none", mend, { cause });
  }
  throw new InputError("CONCEPTS_INVALID", where, "the JSON is no array of strings", mend);
}
