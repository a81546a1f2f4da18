import type { Concept } from "./concept-list.ts";
import { nounForms } from "../../io/wordnet/noun-forms.ts";
import type { WordNetNouns } from "../../io/wordnet/wordnet-nouns.ts";

/** Finds the concepts that a caption mentions, each by its name. */
export interface MentionFinder {
  /** How many concepts there are. */
  readonly size: number;
  readonly find: (caption: string) => Set<string>;
}

/** Words of English that WordNet lists as nouns (as units, symbols and abbreviations), and that captions hardly ever mean so. */
const functionWords = new Set(
  "a all am an and are as at be been but by can can't did do does for had has have he her his i if in into is it its me more most my no not of off on one or our out over she so some such than that the their them then there these they this to too two up us was we were what when which who will with you your".split(
    " ",
  ),
);

/** Longest phrase that is looked up, in words. */
const longestPhrase = 5;

/** Finds WordNet's nouns, in any number: the longest phrase counts, so a hot dog is no dog. */
export const nounFinder = (nouns: WordNetNouns): MentionFinder => ({
  size: [...nouns.lemmas].length,
  find: (caption) =>
    longestPhrases(caption, (phrase) => (functionWords.has(phrase) ? undefined : nouns.lemmaOf(phrase))),
});

/** Finds the concepts of a list by any of their names, in singular or plural. */
export function listFinder(concepts: readonly Concept[]): MentionFinder {
  const byName = new Map<string, string>();
  for (const { name, names } of concepts) for (const alias of names) byName.set(wordsOf(alias).join(" "), name);
  return {
    size: concepts.length,
    find: (caption) =>
      longestPhrases(caption, (phrase) => {
        const form = nounForms(phrase).find((candidate) => byName.has(candidate));
        return form === undefined ? undefined : byName.get(form);
      }),
  };
}

/** Walks through a text and takes the longest phrase that is a concept, then goes on behind it. */
function longestPhrases(text: string, conceptOf: (phrase: string) => string | undefined): Set<string> {
  const words = wordsOf(text);
  const found = new Set<string>();
  for (let start = 0; start < words.length;) {
    let length = Math.min(longestPhrase, words.length - start);
    let concept: string | undefined;
    for (; length > 0; length--) {
      concept = conceptOf(words.slice(start, start + length).join(" "));
      if (concept !== undefined) break;
    }
    if (concept !== undefined) found.add(concept);
    start += Math.max(1, length);
  }
  return found;
}

/** Words in lower case; hyphens and apostrophes stay inside of words. */
const wordsOf = (text: string): string[] => text.toLowerCase().match(/[\p{L}\p{N}]+(?:['’-][\p{L}\p{N}]+)*/gu) ?? [];
