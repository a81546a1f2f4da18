import * as z from "zod";
import { InputError } from "../../platform/error.ts";
import { fold, key, uniform } from "../../engine/random.ts";

/** Languages of the corpus' texts. */
export type Language = "en" | "ko";

/** Why a concept's pictures do not enter held-out scores: every vendor draws them (nearly) alike. */
export type Unscored = "flag" | "keycap" | "clock" | "geometric";

/** What one emoji stands for: the same for every vendor's picture of it. */
export interface EmojiConcept {
  /** Its code points as lower-case hexadecimal without variation selectors: `1f636-200d-1f32b`. */
  readonly code: string;
  /** Group number of emojibase; see `emojiGroups`. */
  readonly group: number;
  readonly label: Readonly<Record<Language, string>>;
  readonly tags: Readonly<Record<Language, readonly string[]>>;
  /** One concept in ten: its pictures are kept out of training in every style. */
  readonly heldOut: boolean;
  readonly unscored: Unscored | null;
}

/** `data.json` of a language of the npm package `emojibase-data`. */
export const EmojibaseFile = z.array(
  z.object({
    hexcode: z.string(),
    label: z.string(),
    tags: z.array(z.string()).default([]),
    group: z.int().optional(),
    subgroup: z.int().optional(),
  }),
);
/** See {@link EmojibaseFile}. */
export type EmojibaseFile = z.infer<typeof EmojibaseFile>;

// Numbers of emojibase's meta/groups.json.
const componentGroup = 2; // skin tones and hair styles: parts of emoji, not emoji
const flagGroup = 9;
const keycapSubgroup = 94;
const geometricSubgroup = 96;

/** Share of concepts held out of training. */
const heldOutShare = 0.1;

/** Code points in the form in which sources are joined: lower case, `-` between, variation selectors (which vendors write or omit) removed. */
export const normalCode = (hexcode: string): string => hexcode.toLowerCase().replace(/-fe0f/g, "");

/**
 * Joins the English and Korean texts of every emoji, leaving out components and lone regional indicators.
 * @throws {InputError} EMOJI_LABEL_MISSING
 */
export function readConcepts(english: EmojibaseFile, korean: EmojibaseFile): EmojiConcept[] {
  const inKorean = new Map(korean.map((entry) => [entry.hexcode, entry]));
  const concepts: EmojiConcept[] = [];
  for (const { hexcode, label, tags, group, subgroup } of english) {
    if (group === undefined || group === componentGroup) continue;
    const ko = inKorean.get(hexcode);
    if (ko === undefined) {
      throw new InputError(
        "EMOJI_LABEL_MISSING",
        `emojibase-data/ko: ${hexcode}`,
        `"${label}" has no Korean label`,
        "install the English and Korean files of one version of emojibase-data",
      );
    }
    const code = normalCode(hexcode);
    concepts.push({
      code,
      group,
      label: { en: label, ko: ko.label },
      tags: { en: tags, ko: ko.tags },
      heldOut: isHeldOut(code),
      unscored: unscored(code, group, subgroup),
    });
  }
  return concepts;
}

/** A stable hash of the code point decides, so that the split survives new vendors, new emoji and new orders. */
const isHeldOut = (code: string): boolean => uniform(fold(key(0), "held-out emoji", code), 1)[0]! < heldOutShare;

function unscored(code: string, group: number, subgroup: number | undefined): Unscored | null {
  if (group === flagGroup) return "flag";
  if (subgroup === keycapSubgroup) return "keycap";
  if (subgroup === geometricSubgroup) return "geometric";
  return /^1f5[56][0-9a-f]$/.test(code) && code >= "1f550" && code <= "1f567" ? "clock" : null;
}
