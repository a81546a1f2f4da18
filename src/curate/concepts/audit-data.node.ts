import type { OnDrop } from "../../data/sample.ts";
import { openData } from "../../data/formats/open-data.node.ts";
import { readList } from "../balance/metadata.node.ts";
import { ConceptAudit, type ConceptReport } from "./concept-audit.ts";
import { parseConcepts } from "./concept-list.ts";
import { listFinder, nounFinder } from "./mention-finder.ts";
import { openWordNetNouns } from "../../io/wordnet/wordnet.node.ts";

/** Options of {@link auditConcepts}. */
export interface AuditConceptsOptions {
  /** A file of concepts to look for; WordNet's nouns if absent. */
  readonly concepts?: string;
  /** A file of the concepts of an evaluation, e.g. ImageNet's classes. */
  readonly evaluation?: string;
  /** Samples that a concept of the long tail has at most; 10 if absent. */
  readonly tailLimit?: number;
  readonly onDrop: OnDrop;
  /** Told of each sample. */
  readonly onSample?: (samples: number) => void;
}

/**
 * Counts which concepts the captions of a data set mention.
 * @throws {InputError} WORDNET_MISSING, CONCEPTS_NOT_READABLE, CONCEPTS_INVALID, CONCEPTS_EMPTY, and what reading the data set throws
 */
export async function auditConcepts(source: string, options: AuditConceptsOptions): Promise<ConceptReport> {
  const { concepts, evaluation, tailLimit, onDrop, onSample = () => {} } = options;
  const read = async (path: string) => parseConcepts(await readList(path), path);
  const nouns = await openWordNetNouns();
  const list = concepts === undefined ? undefined : await read(concepts);
  const audit = new ConceptAudit({
    nouns,
    finder: list === undefined ? nounFinder(nouns) : listFinder(list),
    ...(list !== undefined && { list }),
    ...(evaluation !== undefined && { evaluation: await read(evaluation) }),
    ...(tailLimit !== undefined && { tailLimit }),
  });
  let samples = 0;
  for await (const { captions } of openData(source, { onDrop })) {
    audit.add(captions.map(({ text }) => text));
    onSample(++samples);
  }
  return audit.report();
}
