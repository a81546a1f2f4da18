import type { Concept } from "./concept-list.ts";
import { imbalanceOf, type Imbalance } from "./imbalance.ts";
import { listFinder, nounFinder, type MentionFinder } from "./mention-finder.ts";
import type { WordNetNouns } from "../../io/wordnet/wordnet-nouns.ts";

/** A concept, and in how many samples it is mentioned. */
export interface ConceptCount {
  readonly concept: string;
  readonly samples: number;
}

/** How often the data mentions a concept of an evaluation. */
export interface EvaluationConcept extends ConceptCount {
  /** Samples that mention it or something narrower (a poodle is a dog), by the commonest meanings of WordNet's nouns. */
  readonly orNarrower: number;
}

/** What the captions of a data set are about, and what they are not. */
export interface ConceptReport {
  readonly samples: number;
  /** Samples in whose captions no concept was found. */
  readonly withoutConcept: number;
  /** Concepts that were looked for. */
  readonly concepts: number;
  /** Concepts that are mentioned at all. */
  readonly mentioned: number;
  /** Of mentioned concepts. */
  readonly imbalance: Imbalance;
  /** A concept of the long tail is mentioned in at most so many samples. */
  readonly tailLimit: number;
  /** How many mentioned concepts are in the long tail. */
  readonly tail: number;
  /** Mentioned concepts, most frequent first, equal ones by name. */
  readonly counts: readonly ConceptCount[];
  /** Concepts of a given list that no sample mentions; empty where WordNet's nouns were looked for. */
  readonly neverMentioned: readonly string[];
  /** Mentions by WordNet's categories, e.g. `animal`, most frequent first; empty where a list was given. */
  readonly categories: readonly { readonly category: string; readonly mentions: number }[];
  /** Concepts of an evaluation, least frequent first, if one was given. */
  readonly evaluation: readonly EvaluationConcept[];
}

/** What a {@link ConceptAudit} looks for. */
export interface ConceptAuditOptions {
  readonly finder: MentionFinder;
  /** The concepts that the finder knows, where they are a list. */
  readonly list?: readonly Concept[];
  /** Concepts that the data should show. */
  readonly evaluation?: readonly Concept[];
  /** Tells categories and narrower concepts. */
  readonly nouns: WordNetNouns;
  /** Samples that a concept of the long tail has at most; 10 if absent. */
  readonly tailLimit?: number;
}

/**
 * Counts which concepts captions mention, sample by sample. A concept counts once for each sample.
 * @see Udandarao et al. 2024, "No zero-shot without exponential data", https://arxiv.org/abs/2404.04125, for why
 */
export class ConceptAudit {
  readonly #options: ConceptAuditOptions;
  readonly #counts = new Map<string, number>();
  readonly #ancestors = new Map<string, ReadonlySet<number>>();
  readonly #evaluation: readonly { concept: string; synset: number | undefined; samples: number; orNarrower: number }[];
  readonly #evaluationFinder: MentionFinder;
  readonly #nounFinder: MentionFinder;
  #samples = 0;
  #withoutConcept = 0;

  constructor(options: ConceptAuditOptions) {
    const { evaluation = [], nouns } = options;
    this.#options = options;
    this.#evaluationFinder = listFinder(evaluation);
    this.#nounFinder = nounFinder(nouns);
    this.#evaluation = evaluation.map(({ name, names }) => ({
      concept: name,
      synset: nouns.synsetOf(names),
      samples: 0,
      orNarrower: 0,
    }));
  }

  /** Adds a sample. */
  add(captions: readonly string[]): void {
    const mentioned = new Set(captions.flatMap((caption) => [...this.#options.finder.find(caption)]));
    for (const concept of mentioned) this.#counts.set(concept, (this.#counts.get(concept) ?? 0) + 1);
    this.#samples++;
    if (mentioned.size === 0) this.#withoutConcept++;
    if (this.#evaluation.length > 0) this.#addEvaluation(captions);
  }

  #addEvaluation(captions: readonly string[]): void {
    const named = new Set(captions.flatMap((caption) => [...this.#evaluationFinder.find(caption)]));
    const nouns = captions.flatMap((caption) => [...this.#nounFinder.find(caption)]);
    const covered = new Set(nouns.flatMap((noun) => [...this.#ancestorsOf(noun)]));
    for (const entry of this.#evaluation) {
      const isNamed = named.has(entry.concept);
      if (isNamed) entry.samples++;
      if (isNamed || (entry.synset !== undefined && covered.has(entry.synset))) entry.orNarrower++;
    }
  }

  /** Synsets that the commonest meaning of a noun is a kind of. */
  #ancestorsOf(noun: string): ReadonlySet<number> {
    const known = this.#ancestors.get(noun);
    if (known !== undefined) return known;
    const { nouns } = this.#options;
    const [sense] = nouns.senses(noun);
    const ancestors = sense === undefined ? new Set<number>() : nouns.ancestors(sense);
    this.#ancestors.set(noun, ancestors);
    return ancestors;
  }

  /** What was found so far. */
  report(): ConceptReport {
    const { finder, list, tailLimit = 10 } = this.#options;
    const counts = [...this.#counts]
      .map(([concept, samples]) => ({ concept, samples }))
      .sort((a, b) => b.samples - a.samples || byName(a, b));
    return {
      samples: this.#samples,
      withoutConcept: this.#withoutConcept,
      concepts: finder.size,
      mentioned: counts.length,
      imbalance: imbalanceOf(counts.map(({ samples }) => samples)),
      tailLimit,
      tail: counts.filter(({ samples }) => samples <= tailLimit).length,
      counts,
      neverMentioned: (list ?? []).map(({ name }) => name).filter((name) => !this.#counts.has(name)),
      categories: list === undefined ? this.#categories(counts) : [],
      evaluation: this.#evaluation
        .map(({ concept, samples, orNarrower }) => ({ concept, samples, orNarrower }))
        .sort((a, b) => a.orNarrower - b.orNarrower || a.samples - b.samples || byName(a, b)),
    };
  }

  #categories(counts: readonly ConceptCount[]): ConceptReport["categories"] {
    const { nouns } = this.#options;
    const mentions = new Map<string, number>();
    for (const { concept, samples } of counts) {
      const { category } = nouns.synset(nouns.senses(concept)[0]!);
      mentions.set(category, (mentions.get(category) ?? 0) + samples);
    }
    return [...mentions]
      .map(([category, count]) => ({ category, mentions: count }))
      .sort((a, b) => b.mentions - a.mentions);
  }
}

const byName = (a: ConceptCount, b: ConceptCount): number =>
  a.concept < b.concept ? -1 : Number(a.concept > b.concept);
