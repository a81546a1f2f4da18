import { guessLanguage } from "../../data/text/language.ts";
import {
  characterRepetitionRatio,
  punctuationRatio,
  shareOn,
  specialCharacterRatio,
  stopWordRatio,
  wordRepetitionRatio,
  wordsOf,
} from "./text-ratios.ts";

/** Limits of a text; a ratio is a share from 0 to 1. */
export interface TextLimits {
  readonly words: readonly [least: number, most: number];
  /** Of runs of 10 characters. */
  readonly characterRepetition: number;
  /** Of runs of 5 words. */
  readonly wordRepetition: number;
  readonly specialCharacters: number;
  /** Least; looked at in English alone. */
  readonly stopWords: number;
  /** Of words on the list of flagged ones, if there is one. */
  readonly flaggedWords: number;
  /** Least. */
  readonly punctuation: number;
  /** Shorter texts need no punctuation, words and marks. */
  readonly punctuationFrom: number;
}

/** Limits of a paragraph, and of a document's text as a whole. */
export interface TextFilter {
  readonly paragraph: TextLimits;
  readonly document: TextLimits;
  /** Words, in lower case, of which a text may hold few. */
  readonly flagged?: ReadonlySet<string>;
}

/**
 * OBELICS' limits. Not here are its lists of words, flagged ones (give your own) and common ones (80 % of a paragraph's, 90 % of a document's
 * words are to be on it), and its models: of perplexity (1,500 at most) and of languages, where Fovea guesses.
 * @see Laurençon et al. 2023, https://arxiv.org/abs/2306.16527, appendix A.1.4, table 3;
 *   `obelisc/configs/config_filter_web_documents.yaml` of huggingface/OBELICS at 1bfce04, whose numbers these are
 */
export const obelicsText: TextFilter = {
  paragraph: {
    words: [4, 1000],
    characterRepetition: 0.1,
    wordRepetition: 0.1,
    specialCharacters: 0.3,
    stopWords: 0.3,
    flaggedWords: 0.01,
    punctuation: 0.001,
    punctuationFrom: 12,
  },
  document: {
    words: [10, 2000],
    characterRepetition: 0.1,
    wordRepetition: 0.2,
    specialCharacters: 0.275,
    stopWords: 0.35,
    flaggedWords: 0.01,
    punctuation: 0.03,
    punctuationFrom: 0,
  },
};

/** Why a text is beyond its limits: the part of a reason that follows `PARAGRAPH_` or `DOCUMENT_`. */
export type TextFault =
  | "SHORT"
  | "LONG"
  | "REPEATS_CHARACTERS"
  | "REPEATS_WORDS"
  | "SPECIAL_CHARACTERS"
  | "KEYWORDS"
  | "FLAGGED_WORDS"
  | "NO_PUNCTUATION";

/**
 * The first limit that a text breaks; `undefined` for a good text.
 * @param flagged words in lower case
 */
export function faultOf(
  text: string,
  limits: TextLimits,
  language: string,
  flagged: ReadonlySet<string> = new Set(),
): TextFault | undefined {
  const words = wordsOf(text);
  if (words.length < limits.words[0]) return "SHORT";
  if (words.length > limits.words[1]) return "LONG";
  if (characterRepetitionRatio(text, 10) > limits.characterRepetition) return "REPEATS_CHARACTERS";
  if (wordRepetitionRatio(words, 5) > limits.wordRepetition) return "REPEATS_WORDS";
  if (specialCharacterRatio(text) > limits.specialCharacters) return "SPECIAL_CHARACTERS";
  if (language === "en" && stopWordRatio(words) < limits.stopWords) return "KEYWORDS";
  if (shareOn(flagged, words) > limits.flaggedWords) return "FLAGGED_WORDS";
  if (punctuationRatio(text, limits.punctuationFrom) < limits.punctuation) return "NO_PUNCTUATION";
  return undefined;
}

/** Whether a document's text is in a language, or in none that can be told. */
export function isIn(language: string, text: string): boolean {
  const guess = guessLanguage(text).language;
  return guess === undefined || guess === language;
}
