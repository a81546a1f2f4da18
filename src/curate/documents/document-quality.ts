import type { InterleavedDocument } from "../../data/sample.ts";
import { countWords } from "./web-document.ts";

/** How good a document is for learning from pictures and text together; every part from 0 to 1. */
export interface DocumentQuality {
  /** Geometric mean of the parts: one that is 0 makes the whole 0. */
  readonly quality: number;
  /** Share of the text that passed the filters. */
  readonly text: number;
  /** 1 for 10 to 300 words a picture, less in proportion for fewer or more. */
  readonly balance: number;
  /** How often pictures and texts take turns, of what their numbers allow. */
  readonly turns: number;
  /** Mean similarity of the pictures to their texts, 1 from a cosine of 0.3 on (what LAION keeps has 0.28); absent without a model. */
  readonly relevance?: number;
}

/**
 * Scores a document. No measure is agreed on in the field (the survey, section 3.1.4): this one is Fovea's own, and each part is kept beside it.
 *
 * @param wordsBefore  words of the text before filters
 * @param similarities cosine of each picture and its text, by a CLIP
 */
export function qualityOf(
  { parts }: Pick<InterleavedDocument, "parts">,
  wordsBefore: number,
  similarities?: readonly number[],
): DocumentQuality {
  const pictures = parts.filter(({ kind }) => kind === "image").length;
  const words = parts.reduce((sum, part) => sum + (part.kind === "text" ? countWords(part.text) : 0), 0);
  const texts = parts.length - pictures;
  const wordsEach = pictures === 0 ? 0 : words / pictures;
  const changes = parts.filter((part, i) => i > 0 && part.kind !== parts[i - 1]!.kind).length;
  const possible = Math.min(2 * Math.min(pictures, texts), parts.length - 1);
  const scores = {
    text: wordsBefore === 0 ? 0 : Math.min(1, words / wordsBefore),
    balance: wordsEach === 0 ? 0 : Math.min(1, wordsEach / 10, 300 / wordsEach),
    turns: possible <= 0 ? 0 : changes / possible,
    ...(similarities !== undefined && { relevance: relevance(similarities) }),
  };
  const values = Object.values(scores);
  return { quality: values.reduce((product, value) => product * value, 1) ** (1 / values.length), ...scores };
}

function relevance(similarities: readonly number[]): number {
  const mean = similarities.reduce((sum, value) => sum + value, 0) / Math.max(1, similarities.length);
  return Math.min(1, Math.max(0, mean / 0.3));
}
