import type { Statement } from "./facts.ts";
import { sayEnglish, type Form } from "./say-english.ts";
import { sayKorean } from "./say-korean.ts";

/** Languages of captions and questions. */
export type Language = "en" | "ko";

/** Says a statement. @param wording chooses among openings: the same number gives the same words, so that two texts differ only where their facts do */
export const say = (statement: Statement, form: Form, language: Language, wording: number): string =>
  language === "en" ? sayEnglish(statement, form, wording) : sayKorean(statement, form);
