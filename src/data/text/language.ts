import { letterHints, stopWords } from "./language-words.ts";

/** A guess of a text's language. */
export interface LanguageGuess {
  /** ISO 639-1 code, e.g. `en`; absent if the text is too short or too mixed to tell. */
  readonly language?: string;
  /** Share of the text's letters in the script that most of them are in, 0 to 1; 0 if it has no letters. */
  readonly scriptShare: number;
}

/** Letters, and not the marks that some scripts put on them. */
const lettersOf = (script: string): RegExp => new RegExp(`(?=\\p{L})\\p{Script=${script}}`, "gu");

/** Scripts that settle the language, or nearly so. Latin and Cyrillic are told apart by words and letters. */
const scripts: readonly (readonly [language: string, letter: RegExp])[] = [
  ["ko", lettersOf("Hangul")],
  ["ja", /(?=\p{L})[\p{Script=Hiragana}\p{Script=Katakana}]/gu],
  ["zh", lettersOf("Han")],
  ["th", lettersOf("Thai")],
  ["lo", lettersOf("Lao")],
  ["el", lettersOf("Greek")],
  ["he", lettersOf("Hebrew")],
  ["hi", lettersOf("Devanagari")],
  ["bn", lettersOf("Bengali")],
  ["ta", lettersOf("Tamil")],
  ["te", lettersOf("Telugu")],
  ["kn", lettersOf("Kannada")],
  ["ml", lettersOf("Malayalam")],
  ["si", lettersOf("Sinhala")],
  ["or", lettersOf("Oriya")],
  ["gu", lettersOf("Gujarati")],
  ["pa", lettersOf("Gurmukhi")],
  ["ka", lettersOf("Georgian")],
  ["hy", lettersOf("Armenian")],
  ["am", lettersOf("Ethiopic")],
  ["km", lettersOf("Khmer")],
  ["my", lettersOf("Myanmar")],
  ["bo", lettersOf("Tibetan")],
  ["dv", lettersOf("Thaana")],
  ["ar", lettersOf("Arabic")],
  ["cyrillic", lettersOf("Cyrillic")],
  ["latin", lettersOf("Latin")],
];

/**
 * Guesses a text's language from its script, and for Latin and Cyrillic letters from common words and telling letters. Meant for counts over a
 * data set, and for filters that keep what is surely in a language: a caption of one or two words often has no guess, which is not the
 * same as a wrong one.
 */
export function guessLanguage(text: string): LanguageGuess {
  const plain = text.replaceAll(/[^A-Za-z]+/g, "").length;
  const rest = text.replaceAll(/\p{ASCII}+/gu, ""); // most captions have none, and then there is no script to look for
  const letters = plain + countOf(/\p{L}/gu, rest);
  if (letters === 0) return { scriptShare: 0 };
  const counts = scripts.map(
    ([script, letter]) => [script, (script === "latin" ? plain : 0) + countOf(letter, rest)] as const,
  );
  const others = letters - counts.reduce((sum, [, count]) => sum + count, 0); // of scripts that are not listed
  const [script, count] = counts.reduce((best, next) => (next[1] > best[1] ? next : best));
  if (others > count) return { scriptShare: others / letters };
  const kana = counts.find(([name]) => name === "ja")![1];
  const isJapanese = script === "zh" && kana > 0; // Japanese mixes Han with kana, Chinese does not
  const language = isJapanese ? "ja" : languageWithin(script, text);
  return { ...(language !== undefined && { language }), scriptShare: (isJapanese ? count + kana : count) / letters };
}

const countOf = (pattern: RegExp, text: string): number => (text === "" ? 0 : (text.match(pattern)?.length ?? 0));

function languageWithin(script: string, text: string): string | undefined {
  if (script === "latin") return byWords(text);
  if (script === "cyrillic") {
    if (/[іїєґ]/i.test(text)) return "uk";
    return /ъ(?![еёюя])/i.test(text) ? "bg" : "ru"; // Russian has the letter before these vowels alone
  }
  if (script === "ar") return /[پچژگ]/.test(text) ? "fa" : "ar";
  return script;
}

/** The Latin-script language with the most evidence: a word or letter counts for each of its languages, less the more of them share it. */
function byWords(text: string): string | undefined {
  const scores = new Map<string, number>();
  const credit = (languages: readonly string[], weight: number): void =>
    languages.forEach((language) => scores.set(language, (scores.get(language) ?? 0) + weight / languages.length));
  const whole = text.normalize("NFC").toLowerCase();
  const lower = whole.replaceAll(/(?<=\p{L})['’]s(?!\p{L})/gu, ""); // else "s" would be taken for a word
  if (lower !== whole) credit(["en"], 0.5);
  // A text that ends in a single letter speaks of the letter, or numbers something.
  const words = lower.match(/\p{L}+/gu) ?? [];
  for (const [at, word] of words.entries())
    if (word.length > 1 || at < words.length - 1) credit(languagesOf.get(word) ?? [], 1);
  for (const [letter, languages] of letterHints) if (lower.includes(letter)) credit(languages, 1);
  const [best, second] = [...scores].sort((a, b) => b[1] - a[1]);
  if (best === undefined || best[1] < 0.4) return undefined;
  return second !== undefined && second[1] >= best[1] * 0.8 ? undefined : best[0];
}

/** The languages that have a common word. */
const languagesOf: ReadonlyMap<string, readonly string[]> = (() => {
  const index = new Map<string, string[]>();
  for (const [language, words] of Object.entries(stopWords))
    for (const word of words.split(" ")) index.set(word, [...(index.get(word) ?? []), language]);
  return index;
})();
