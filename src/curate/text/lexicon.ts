/** What a word does in a caption. Adverbs and words that WordNet does not know do nothing. */
export type WordClass = "object" | "attribute" | "action";

/** `ss_type` of WordNet's sense keys: 1 noun, 2 verb, 3 adjective, 4 adverb, 5 adjective satellite. */
const classes: readonly (WordClass | "other" | undefined)[] = [
  undefined,
  "object",
  "action",
  "attribute",
  "other",
  "attribute",
];

/** Endings and what stands in their place in the lemma, tried in order (WordNet's own rules of detachment), with the class they tell. */
const endings: readonly (readonly [ending: string, lemma: string, class_: WordClass])[] = [
  ["ies", "y", "object"],
  ["ches", "ch", "object"],
  ["shes", "sh", "object"],
  ["sses", "ss", "object"],
  ["xes", "x", "object"],
  ["ves", "f", "object"],
  ["s", "", "object"],
  ["men", "man", "object"],
  ["ies", "y", "action"],
  ["es", "e", "action"],
  ["es", "", "action"],
  ["s", "", "action"],
  ["ing", "e", "action"],
  ["ing", "", "action"],
  ["ed", "e", "action"],
  ["ed", "", "action"],
  ["er", "", "attribute"],
  ["est", "", "attribute"],
  ["er", "e", "attribute"],
  ["est", "e", "attribute"],
];

/** Forms that no ending tells, of words that captions use. */
const irregular: ReadonlyMap<string, WordClass> = new Map([
  ...words(
    "geese mice feet teeth men people children oxen knives leaves loaves shelves wolves calves halves wedding",
    "object",
  ),
  ...words(
    "ate began blew broke brought built caught came drank drove fed fell flew fought gave grew held hung kept knelt laid leapt led lit ran " +
      "rode said sang sat shook shot slept slid sold sought spoke stood swam swept swung taken threw told took went woke wore worn written wrote",
    "action",
  ),
]);

function words(list: string, name: WordClass): [string, WordClass][] {
  return list.split(" ").map((word) => [word, name]);
}

/** Nouns in -ing that are tagged no more often than this are participles in captions: "running" (4), but not "building" (52). */
const rareNoun = 4;

/** Words with the class in which they occur most. */
export class Lexicon {
  /** A lemma's classes, by how often WordNet's tagged texts use it so, commonest first. */
  readonly #classes: ReadonlyMap<string, readonly string[]>;

  private constructor(classesOf: ReadonlyMap<string, readonly string[]>) {
    this.#classes = classesOf;
  }

  /** Reads WordNet's `index.sense`: `lemma%ss_type:...  offset sense_number tag_count` in each line. */
  static parse(indexSense: string): Lexicon {
    const counts = new Map<string, Map<string, number>>();
    for (const line of indexSense.split("\n")) {
      const mark = line.indexOf("%");
      const lemma = line.slice(0, Math.max(0, mark));
      if (lemma === "" || lemma.includes("_")) continue;
      const name = classes[Number(line[mark + 1])] ?? "other";
      const own = counts.get(lemma) ?? new Map<string, number>();
      own.set(name, (own.get(name) ?? 0) + Number(line.slice(line.lastIndexOf(" ") + 1)));
      counts.set(lemma, own);
    }
    const ordered = new Map<string, readonly string[]>();
    for (const [lemma, own] of counts)
      if (!lemma.endsWith("ing") || lemma.length < 6 || (own.get("object") ?? 0) > rareNoun)
        ordered.set(
          lemma,
          [...own].sort(([, a], [, b]) => b - a).map(([name]) => name),
        );
    return new Lexicon(ordered);
  }

  /** The class of a word in lower case, inflected or not; `undefined` if it has none. */
  classOf(word: string): WordClass | undefined {
    const own = irregular.get(word) ?? this.#classes.get(word)?.[0];
    if (own !== undefined) return isClass(own) ? own : undefined;
    for (const [ending, lemma, name] of endings) {
      if (!word.endsWith(ending) || word.length - ending.length < 2) continue;
      const stem = word.slice(0, word.length - ending.length) + lemma;
      if (this.#classes.get(stem)?.includes(name)) return name;
      const last = stem.at(-1);
      const isDoubled = lemma === "" && last === stem.at(-2); // "running", "bigger"
      if (isDoubled && this.#classes.get(stem.slice(0, -1))?.includes(name)) return name;
    }
    return undefined;
  }
}

const isClass = (name: string): name is WordClass => name === "object" || name === "attribute" || name === "action";
