import { nounForms } from "./noun-forms.ts";

/** A set of nouns with one meaning. */
export interface Synset {
  /** Where its line begins in `data.noun`: its name within one version of WordNet. */
  readonly offset: number;
  /** In WordNet's order, with spaces. */
  readonly lemmas: readonly string[];
  /** Its lexicographer's file, e.g. `animal`: a coarse category. */
  readonly category: string;
  /** Offsets of the synsets that are more general, instances of a class included. */
  readonly hypernyms: readonly number[];
  /** What it means, without examples of its use. */
  readonly gloss: string;
}

const categories = [
  ..."Tops act animal artifact attribute body cognition communication event feeling food group location motive".split(
    " ",
  ),
  ..."object person phenomenon plant possession process quantity relation shape state substance time".split(" "),
];
const firstNounFile = 3; // files 0 to 2 are of adjectives and adverbs

/** WordNet's nouns, read from the two files of its database; a synset is parsed when it is asked for. */
export class WordNetNouns {
  readonly #senses = new Map<string, readonly number[]>();
  readonly #data: Uint8Array;
  readonly #decoder = new TextDecoder();

  /**
   * @param index text of `index.noun`
   * @param data  bytes of `data.noun`
   * @see https://wordnet.princeton.edu/documentation/wndb5wn
   */
  constructor(index: string, data: Uint8Array) {
    this.#data = data;
    for (const line of index.split("\n")) {
      if (line === "" || line.startsWith(" ")) continue; // the licence
      const fields = line.trimEnd().split(" ");
      const senses = Number(fields[2]);
      this.#senses.set(fields[0]!.replaceAll("_", " "), fields.slice(-senses).map(Number));
    }
  }

  /** Every noun and phrase, in lower case. */
  get lemmas(): Iterable<string> {
    return this.#senses.keys();
  }

  /** Offsets of the synsets of a lemma, commonest meaning first; none if it is no noun. */
  senses(lemma: string): readonly number[] {
    return this.#senses.get(lemma) ?? [];
  }

  /** The lemma that a word or phrase is a form of, e.g. `dog` of `Dogs`; `undefined` if it is no noun. */
  lemmaOf(phrase: string): string | undefined {
    return nounForms(phrase.toLowerCase()).find((form) => this.#senses.has(form));
  }

  /** The synset at an offset. */
  synset(offset: number): Synset {
    const line = this.#decoder.decode(this.#data.subarray(offset, this.#data.indexOf(10, offset)));
    const [record = "", text = ""] = line.split(" | ");
    const fields = record.split(" ");
    const gloss = text.split(/; *"/)[0]!.trimEnd();
    const words = Number.parseInt(fields[3]!, 16);
    const lemmas = Array.from({ length: words }, (_, i) => fields[4 + 2 * i]!.replaceAll("_", " "));
    const pointers = 4 + 2 * words;
    const hypernyms = Array.from({ length: Number(fields[pointers]) }, (_, i) => pointers + 1 + 4 * i)
      .filter((at) => fields[at] === "@" || fields[at] === "@i")
      .map((at) => Number(fields[at + 1]));
    return { offset, lemmas, hypernyms, gloss, category: categories[Number(fields[1]) - firstNounFile] ?? "other" };
  }

  /** Offsets of everything more general than a synset, itself included. */
  ancestors(offset: number): Set<number> {
    const found = new Set<number>();
    const waiting = [offset];
    for (let at = waiting.pop(); at !== undefined; at = waiting.pop()) {
      if (found.has(at)) continue;
      found.add(at);
      waiting.push(...this.synset(at).hypernyms);
    }
    return found;
  }

  /** Whether a word names something of the kind that a synset is, in any of its meanings. */
  isKindOf(word: string, kind: number): boolean {
    return this.senses(this.lemmaOf(word) ?? "").some((sense) => this.ancestors(sense).has(kind));
  }

  /**
   * The synset that a class of an evaluation means, by its names, e.g. `["crane", "transporter bridge"]`: the one that has
   * most of them as lemmas, of equal ones the commonest meaning of the first name.
   */
  synsetOf(names: readonly string[]): number | undefined {
    const wanted = new Set(names.map((name) => name.toLowerCase()));
    const shared = (offset: number): number =>
      this.synset(offset).lemmas.filter((lemma) => wanted.has(lemma.toLowerCase())).length;
    let best: { readonly offset: number; readonly shared: number } | undefined;
    for (const name of names)
      for (const offset of this.senses(this.lemmaOf(name) ?? "")) {
        const count = shared(offset);
        if (best === undefined || count > best.shared) best = { offset, shared: count };
      }
    return best?.offset;
  }
}
