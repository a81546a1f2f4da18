import type { Concept } from "../concepts/concept-list.ts";
import type { WordNetNouns } from "../../io/wordnet/wordnet-nouns.ts";

/**
 * DataComp's text-based selection: a caption stays if the commonest meaning of any of its words is one of the wanted synsets.
 * Words are what stands between spaces, and phrases are not looked at, as in its code.
 *
 * @see Gadre et al. 2023, https://arxiv.org/abs/2304.14108, section 4.2; `apply_filter.py` of its repository
 */
export class SynsetFilter {
  readonly #nouns: WordNetNouns;
  readonly #wanted: ReadonlySet<number>;
  /** Concepts of which WordNet has no noun. */
  readonly unknown: readonly Concept[];

  constructor(nouns: WordNetNouns, concepts: readonly Concept[]) {
    this.#nouns = nouns;
    const found = concepts.map((concept) => ({ concept, synset: nouns.synsetOf(concept.names) }));
    this.#wanted = new Set(found.flatMap(({ synset }) => (synset === undefined ? [] : [synset])));
    this.unknown = found.filter(({ synset }) => synset === undefined).map(({ concept }) => concept);
  }

  /** The first word of a text that means one of the concepts, if any. */
  find(text: string): string | undefined {
    return text.split(/\s+/).find((word) => {
      const lemma = this.#nouns.lemmaOf(word);
      return lemma !== undefined && this.#wanted.has(this.#nouns.senses(lemma)[0]!);
    });
  }
}
