import type { Lexicon } from "./lexicon.ts";

/** How much a caption says. */
export interface Complexity {
  /** Distinct nouns. */
  readonly objects: number;
  /** Distinct adjectives, colours and numbers. */
  readonly attributes: number;
  /** Distinct verbs but "be", "have", "do" and the like. */
  readonly actions: number;
  /** Words and phrases that say how things stand to each other. */
  readonly relations: number;
}

/** Verbs that help others, and words that WordNet lists as nouns or verbs for the sake of rare senses. */
const functionWords = new Set(
  (
    "a an the this that these those and or but nor so yet if then than as is are was were be been being am has have had having do does did " +
    "doing done can could will would shall should may might must not no it its he him his she her hers they them their we us our you your i me my " +
    "who whom whose which what there here when where why how all any each every some such very too also just only own same s t " +
    "at by for from in into of off on onto out over to up with within without under above below behind beside beneath between among " +
    "across along around against near inside outside through toward towards upon next front left right top bottom opposite"
  ).split(" "),
);

/** Prepositions of place and contact, longest first, so that "on top of" is one relation and not "on". */
const relations =
  /\b(?:in front of|on top of|next to|close to|to the left of|to the right of|at the (?:top|bottom|side|back) of|in the middle of|attached to|above|across|against|along|among|around|at|behind|below|beneath|beside|between|by|in|inside|into|near|off|on|onto|opposite|outside|over|through|towards?|under|underneath|upon|with|without|holding|wearing|riding|carrying)\b/g;

const numbers = new Set("two three four five six seven eight nine ten eleven twelve dozen several many few".split(" "));

/**
 * Counts what an English caption names: distinct objects, attributes and actions by WordNet's commonest part of speech of each word, and
 * relations by a list. No parser: "a light blue box" has the attributes "light" and "blue" and the object "box", and a word that is used
 * against its habit is counted wrongly.
 *
 * @see Radenovic et al. 2023, https://arxiv.org/abs/2301.02280, section 3.1 (complexity, action, text spotting), which uses a parser
 */
export function complexityOf(caption: string, lexicon: Lexicon): Complexity {
  const text = caption.toLowerCase();
  const found = { object: new Set<string>(), attribute: new Set<string>(), action: new Set<string>() };
  for (const word of text.match(/[a-z]+(?:'[a-z]+)?|\d+/g) ?? []) {
    if (functionWords.has(word)) continue;
    if (numbers.has(word) || /^\d+$/.test(word)) found.attribute.add(word);
    else {
      const name = lexicon.classOf(word.replace(/'s$/, ""));
      if (name !== undefined) found[name].add(word);
    }
  }
  return {
    objects: found.object.size,
    attributes: found.attribute.size,
    actions: found.action.size,
    relations: text.match(relations)?.length ?? 0,
  };
}
