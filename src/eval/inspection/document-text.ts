import type { DocumentExample, DocumentInspection } from "../../data/inspect/inspection.ts";
import type { Distribution } from "../../data/inspect/tally.ts";
import { formatCount } from "../scores.ts";
import {
  clip,
  factLines,
  histograms,
  percent,
  present,
  repeatedLines,
  sharedFacts,
  tail,
  type Titled,
} from "./inspection-text.ts";

/** What is in a set of interleaved documents as lines for a terminal. */
export function documentText(found: DocumentInspection): string[] {
  const of = (count: number, whole: number): string => `${formatCount(count)} (${percent(count / whole)})`;
  return [
    ...factLines([
      ["documents", formatCount(found.documents)],
      ["pictures", formatCount(found.pictures)],
      found.addresses > 0 && ["without a file", `${of(found.addresses, found.pictures)} have an address alone`],
      found.withAlt > 0 && ["with alternative text", of(found.withAlt, found.pictures)],
      ["texts", formatCount(found.texts)],
      found.withoutPicture > 0 && ["without pictures", of(found.withoutPicture, found.documents)],
      found.withoutText > 0 && ["without text", of(found.withoutText, found.documents)],
      ...sharedFacts(found),
    ]),
    ...histograms(documentDistributions(found)),
    ...repeatedLines(found, "texts"),
    "",
    `${found.examples.length} examples, drawn at random`,
    ...found.examples.map((example) => `  ${tail(example.key, 40)}: ${clip(partsOf(example), 100)}`),
  ];
}

/** What is measured, with its unit, in reading order. */
export const documentDistributions = (found: DocumentInspection): Titled<Distribution>[] =>
  present([
    ["pictures of a document", found.picturesEach],
    ["texts of a document", found.textsEach],
    ["words of a document", found.wordsEach],
    ["words of a text", found.words],
    ["picture width, pixels", found.width],
    ["picture height, pixels", found.height],
    ["picture file, bytes", found.fileBytes],
  ]);

/** A document on one line: pictures in brackets. */
const partsOf = ({ parts, more }: DocumentExample): string =>
  [
    ...parts.map((part) => (part.kind === "text" ? clip(part.text, 40) : `[${clip(part.alt ?? "picture", 20)}]`)),
    ...(more > 0 ? ["..."] : []),
  ].join(" ");
