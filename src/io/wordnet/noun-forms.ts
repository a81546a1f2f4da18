/** Endings of plurals, and what the singular has instead: WordNet's rules of detachment for nouns. */
const endings = [
  ["s", ""],
  ["ses", "s"],
  ["xes", "x"],
  ["zes", "z"],
  ["ches", "ch"],
  ["shes", "sh"],
  ["men", "man"],
  ["ies", "y"],
] as const;

/** Plurals that no rule finds, and that captions use. */
const irregular: ReadonlyMap<string, string> = new Map(
  Object.entries({
    calves: "calf",
    children: "child",
    cacti: "cactus",
    feet: "foot",
    fungi: "fungus",
    geese: "goose",
    halves: "half",
    hooves: "hoof",
    knives: "knife",
    leaves: "leaf",
    lice: "louse",
    loaves: "loaf",
    mice: "mouse",
    oxen: "ox",
    scarves: "scarf",
    sheaves: "sheaf",
    shelves: "shelf",
    teeth: "tooth",
    thieves: "thief",
    wives: "wife",
    wolves: "wolf",
  }),
);

/**
 * What an English noun may be a form of, likeliest first: an irregular plural's singular, the word itself, the word without an
 * ending of plurals. Most are no words; look them up.
 * @param word in lower case
 */
export function nounForms(word: string): string[] {
  const singular = irregular.get(word);
  const detached = endings.flatMap(([ending, instead]) =>
    word.endsWith(ending) && word.length > ending.length + 1 ? [word.slice(0, -ending.length) + instead] : [],
  );
  return [...(singular === undefined ? [] : [singular]), word, ...(word.endsWith("ss") ? [] : detached)];
}
