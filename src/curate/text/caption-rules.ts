import { z } from "zod";
import { defineStage } from "../stage-kind.ts";
import type { SetScorer } from "../stage.ts";
import { thresholdRule } from "../threshold-rule.ts";
import { captionScorer } from "./caption-scorer.ts";
import { personalDataKinds } from "./personal-data.ts";

/** Captions in other languages than those wanted. */
export const language = defineStage({
  id: "language",
  summary: "keep captions in some languages",
  options: z.object({
    /** ISO 639-1 codes. */
    only: z.array(z.string()).min(1).default(["en"]),
    /** What becomes of captions too short to tell, such as "golden retriever". */
    unknown: z.enum(["keep", "drop"]).default("keep"),
  }),
  rule: ({ only, unknown }) => ({
    id: "language",
    scorers: [captionScorer],
    reasons: {
      CAPTION_LANGUAGE: `The caption is in none of: ${only.join(", ")}.`,
      CAPTION_LANGUAGE_UNKNOWN: "The caption's language cannot be told.",
    },
    judge: async (table, alive) => {
      const languages = table.texts("caption_language");
      const dropped = new Map<number, string>();
      for (const row of alive) {
        const found = languages[row];
        if (typeof found === "string") {
          if (!only.includes(found)) dropped.set(row, "CAPTION_LANGUAGE");
        } else if (unknown === "drop") dropped.set(row, "CAPTION_LANGUAGE_UNKNOWN");
      }
      return dropped;
    },
  }),
});

/** Captions that are too short or too long. */
export const captionLength = defineStage({
  id: "caption-length",
  summary: "drop captions of too few or too many words or characters",
  options: z.object({
    minWords: z.number().min(0).default(3),
    maxWords: z.number().positive().optional(),
    minCharacters: z.number().min(0).default(6),
    maxCharacters: z.number().positive().optional(),
  }),
  rule: ({ minWords, maxWords, minCharacters, maxCharacters }) => {
    const short = (at: number, unit: string) => ({
      at,
      reason: "CAPTION_SHORT",
      meaning: `The caption has fewer than ${at} ${unit}.`,
    });
    const long = (at: number | undefined, unit: string) =>
      at === undefined
        ? undefined
        : { at, reason: "CAPTION_LONG", meaning: `The caption has more than ${at} ${unit}.` };
    return thresholdRule(
      "caption-length",
      [captionScorer],
      [
        { column: "caption_words", below: short(minWords, "words"), above: long(maxWords, "words") },
        {
          column: "caption_characters",
          below: short(minCharacters, "characters"),
          above: long(maxCharacters, "characters"),
        },
      ],
    );
  },
});

/** Captions that many samples share. Counted over the whole data, dropped samples included: what became of a copy says nothing of the caption. */
export const repeatedCaption = defineStage({
  id: "repeated-caption",
  summary: "drop captions that many samples share, numbers in them aside",
  options: z.object({
    /** A caption that occurs more often goes, with all its samples. */
    max: z.number().min(1).default(10),
    /** The same for captions that differ in numbers alone. */
    maxTemplate: z.number().min(1).default(50),
  }),
  rule: ({ max, maxTemplate }) => {
    const copies = {
      at: max,
      reason: "CAPTION_REPEATED",
      meaning: `More than ${max} samples have this caption, but for case, signs and spaces.`,
    };
    const template = {
      at: maxTemplate,
      reason: "CAPTION_TEMPLATE",
      meaning: `More than ${maxTemplate} samples have this caption, but for its numbers.`,
    };
    return thresholdRule(
      "repeated-caption",
      [],
      [
        { column: "caption_copies", above: copies },
        { column: "caption_template_copies", above: template },
      ],
      [copiesScorer],
    );
  },
});

/** How many samples of the whole data, dropped ones included, have each caption, the sample itself counted. */
const copiesScorer: SetScorer = {
  id: "caption-copies",
  version: "1",
  columns: { caption_copies: "number", caption_template_copies: "number" },
  scorers: [captionScorer],
  score: async (table) => {
    const copies = (column: string): Float64Array => {
      const digests = table.numbers(column);
      const counts = new Map<number, number>();
      for (const digest of digests) counts.set(digest, (counts.get(digest) ?? 0) + 1);
      return digests.map((digest) => counts.get(digest)!);
    };
    return { caption_copies: copies("caption_digest"), caption_template_copies: copies("caption_template") };
  },
};

/** Captions made of the phrases of pages and shops. */
export const boilerplateCaption = defineStage({
  id: "boilerplate",
  summary: "drop captions such as 'click to enlarge', 'stock photo', 'image not available'",
  options: z.object({
    /** Kinds that may stay: enlarge, missing, stock, rights, shop, share, result, empty. */
    allow: z.array(z.enum(["enlarge", "missing", "stock", "rights", "shop", "share", "result", "empty"])).default([]),
  }),
  rule: ({ allow }) => ({
    id: "boilerplate",
    scorers: [captionScorer],
    reasons: { CAPTION_BOILERPLATE: "The caption has a phrase of web pages, shops or stock agencies." },
    judge: async (table, alive) => {
      const kinds = table.texts("caption_boilerplate");
      const allowed = new Set<string>(allow);
      const dropped = new Map<number, string>();
      for (const row of alive) {
        const kind = kinds[row];
        if (typeof kind === "string" && !allowed.has(kind)) dropped.set(row, "CAPTION_BOILERPLATE");
      }
      return dropped;
    },
  }),
});

/** Captions that are names of files. */
export const fileNameCaption = defineStage({
  id: "file-name-caption",
  summary: "drop captions that are names of files, such as IMG_1234.jpg",
  options: z.object({}),
  rule: () =>
    thresholdRule(
      "file-name-caption",
      [captionScorer],
      [
        {
          column: "caption_file_name",
          above: { at: 0.5, reason: "CAPTION_FILE_NAME", meaning: "The caption is the name of a file." },
        },
      ],
    ),
});

/** Captions that consist of addresses, markup, hashtags and codes. */
export const altTextNoiseStage = defineStage({
  id: "alt-text-noise",
  summary: "drop captions of web addresses, markup, hashtags, codes and repeated words",
  options: z.object({
    /** Share of the words, 0 to 1. */
    max: z.number().min(0).max(1).default(0.4),
  }),
  rule: ({ max }) =>
    thresholdRule(
      "alt-text-noise",
      [captionScorer],
      [
        {
          column: "caption_noise",
          above: { at: max, reason: "CAPTION_NOISE", meaning: `More than ${max} of its words are none.` },
        },
      ],
    ),
});

/** Samples whose texts hold personal data. */
export const personalData = defineStage({
  id: "personal-data",
  summary: "drop samples with e-mail addresses, phone numbers, IBANs, card numbers and the like in their texts",
  options: z.object({
    kinds: z
      .array(z.enum(personalDataKinds))
      .min(1)
      .default([...personalDataKinds]),
  }),
  rule: ({ kinds }) => ({
    id: "personal-data",
    scorers: [captionScorer],
    reasons: Object.fromEntries(
      kinds.map((kind) => [reasonOf(kind), `A text holds what looks like personal data: ${kind}.`]),
    ),
    judge: async (table, alive) => {
      const found = table.texts("personal_data");
      const dropped = new Map<number, string>();
      for (const row of alive) {
        const kind = kinds.find((wanted) => found[row]?.split(",").includes(wanted));
        if (kind !== undefined) dropped.set(row, reasonOf(kind));
      }
      return dropped;
    },
  }),
});

const reasonOf = (kind: string): string => `PERSONAL_DATA_${kind.replaceAll("-", "_").toUpperCase()}`;
