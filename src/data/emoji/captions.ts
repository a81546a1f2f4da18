import { fold, integer, permutation, uniform, type Key } from "../../engine/random.ts";
import type { EmojiConcept, Language } from "./concepts.ts";

/** How training captions are mixed. The four forms' numbers are relative weights. */
export interface CaptionMix {
  /** Share of Korean captions, 0 to 1. */
  readonly korean: number;
  /** `waving hand` */
  readonly label: number;
  /** `an emoji of a waving hand` */
  readonly template: number;
  /** One to four tags: `hello, wave, hand` */
  readonly tags: number;
  /** `waving hand, hello, wave` */
  readonly labelAndTags: number;
  /** Share of a caption's words that are left out, 0 to below 1; one word always stays. */
  readonly wordDropout: number;
}

/** English mostly; every second caption is the label, bare or in a template, as in the evaluation. */
export const defaultCaptionMix: CaptionMix = {
  korean: 0.2,
  label: 3,
  template: 2,
  tags: 2,
  labelAndTags: 3,
  wordDropout: 0,
};

/** `{}` stands for the label, `{a}` for the label with its article. */
const templates: Readonly<Record<Language, readonly string[]>> = {
  en: [
    "an emoji of {}",
    "an emoji of {a}",
    "{} emoji",
    "a picture of {}",
    "a picture of {a}",
    "an icon of {a}",
    "a drawing of {a}",
  ],
  ko: ["{} 이모지", "{} 그림", "{} 아이콘", "이모지: {}"],
};

/** Most tags in one caption. */
const maxTags = 4;

/** A caption for one training sample, drawn by the sample's key alone. */
export function trainingCaption(concept: EmojiConcept, key: Key, mix: CaptionMix = defaultCaptionMix): string {
  return withoutSome(wholeCaption(concept, key, mix), mix.wordDropout, fold(key, "dropout"));
}

function withoutSome(caption: string, share: number, key: Key): string {
  if (share === 0) return caption;
  const words = caption.split(" ");
  const draws = uniform(key, words.length);
  const kept = words.filter((_, at) => draws[at]! >= share);
  return kept.length > 0 ? kept.join(" ") : words[integer(fold(key, "left"), words.length)]!;
}

function wholeCaption(concept: EmojiConcept, key: Key, mix: CaptionMix): string {
  const [languageDraw, formDraw] = uniform(fold(key, "form"), 2);
  const language = languageDraw! < mix.korean ? "ko" : "en";
  const label = concept.label[language];
  const tags = drawTags(concept.tags[language], fold(key, "tags"));
  let rest = formDraw! * (mix.label + mix.template + mix.tags + mix.labelAndTags);
  if ((rest -= mix.tags) < 0) return tags.length > 0 ? tags.join(", ") : label;
  if ((rest -= mix.labelAndTags) < 0) return [label, ...tags].join(", ");
  return rest - mix.template < 0 ? inTemplate(label, language, fold(key, "template")) : label;
}

function inTemplate(label: string, language: Language, key: Key): string {
  const template = templates[language][integer(key, templates[language].length)]!;
  return template.replace(/\{a\}|\{\}/, (slot) => (slot === "{a}" ? withArticle(label) : label));
}

/** Plurals, names and labels that begin with a determiner take no article: `eyes`, `Tokyo tower`. */
function withArticle(label: string): string {
  if (/^[A-Z]|[^su]s$|^(the|one|two|three) /.test(label)) return label;
  return `${/^[aeiou]/.test(label) ? "an" : "a"} ${label}`;
}

function drawTags(tags: readonly string[], key: Key): string[] {
  const count = Math.min(tags.length, 1 + integer(fold(key, "count"), maxTags));
  return Array.from(permutation(key, tags.length).subarray(0, count), (index) => tags[index]!);
}
