import { readDict } from "../../io/wordnet/wordnet.node.ts";
import { Lexicon } from "./lexicon.ts";

/**
 * WordNet's words with their parts of speech.
 * @throws {InputError} WORDNET_MISSING
 */
export const loadLexicon = async (): Promise<Lexicon> =>
  Lexicon.parse(new TextDecoder().decode(await readDict("index.sense")));
