import type { DropCounts } from "../formats/drop-counts.ts";
import { guessLanguage } from "../text/language.ts";
import { Counts } from "./counts.ts";
import { FrequentTexts } from "./frequent.ts";
import type { TextFindings } from "./inspection.ts";

/** Distinct texts that are remembered: some 20 MB. */
const textCapacity = 100_000;

/** Fields that are named: a data set with more has values for names. */
const maxFields = 200;

/** Looks at texts and metadata. */
export class TextSurvey {
  readonly #languages = new Counts();
  readonly #guesses = new Counts();
  readonly #fields = new Counts();
  readonly #repeated = new FrequentTexts(textCapacity);

  /** Counts a text, to find out which ones repeat. */
  addText(text: string): void {
    this.#repeated.add(text);
  }

  /** Counts a language: the one that the data says, or one that the text lets guess. */
  addLanguage(text: string, language: string | undefined): void {
    if (language === undefined) this.#guesses.add(guessLanguage(text).language ?? "unknown");
    else this.#languages.add(language);
  }

  /** Counts the fields of a sample or document. */
  addFields(metadata: Readonly<Record<string, unknown>>): void {
    for (const field of Object.keys(metadata))
      if (this.#fields.has(field) || this.#fields.size < maxFields) this.#fields.add(field);
  }

  /** @param of samples or documents */
  result(source: string, of: number, drops: DropCounts): TextFindings {
    return {
      source,
      drops: drops.list(),
      languages: this.#languages.byCount(),
      guessedLanguages: this.#guesses.byCount(),
      metadata: Object.fromEntries(Object.entries(this.#fields.byCount()).map(([name, count]) => [name, count / of])),
      repeated: this.#repeated.top(20),
      repeatedExactly: this.#repeated.isExact,
    };
  }
}
