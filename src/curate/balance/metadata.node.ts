import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { InputError } from "../../platform/error.ts";
import { reasonOf } from "../../platform/node/files.ts";
import { parseItems } from "../concepts/concept-list.ts";
import { wordNetSynsetNames } from "../../io/wordnet/wordnet.node.ts";

/** The entries that captions are balanced over. */
export interface Metadata {
  readonly entries: readonly string[];
  /** Tells lists of other entries apart. */
  readonly identity: string;
}

/**
 * Reads metadata: `wordnet` for the names of WordNet's synsets, else a file with one entry to a line or a JSON array, as MetaCLIP's
 * `metadata.json`.
 *
 * @throws {InputError} WORDNET_MISSING, CONCEPTS_NOT_READABLE, CONCEPTS_INVALID, CONCEPTS_EMPTY
 */
export async function openMetadata(source: string): Promise<Metadata> {
  const entries = source === "wordnet" ? await wordNetSynsetNames() : parseItems(await readList(source), source);
  return { entries, identity: createHash("sha256").update(entries.join("\n")).digest("hex").slice(0, 16) };
}

/** The text of a list of concepts. @throws {InputError} CONCEPTS_NOT_READABLE */
export async function readList(path: string): Promise<string> {
  try {
    return await readFile(path, "utf8");
  } catch (cause) {
    const mend = "give a file with one concept to a line, or a JSON array of strings";
    throw new InputError("CONCEPTS_NOT_READABLE", path, reasonOf(cause), mend, { cause });
  }
}
