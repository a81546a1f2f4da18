import { guessLanguage } from "../../data/text/language.ts";
import type { Candidate, Scorer } from "../stage.ts";
import { altTextNoise, boilerplateIn, isFileName } from "./noise.ts";
import { findPersonalData } from "./personal-data.ts";
import { captionDigest, normalised, template } from "./repetition.ts";

/** The caption of a sample that text checks look at: the first. Empty if it has none. */
export const mainCaption = ({ sample }: Candidate): string => sample.captions[0]?.text ?? "";

/** Unicode code points. */
function characterCount(text: string): number {
  let count = 0;
  for (let at = 0; at < text.length; at += text.codePointAt(at)! > 0xffff ? 2 : 1) count++;
  return count;
}

/** What the first caption is like, and whether any text of the sample holds personal data. */
export const captionScorer: Scorer = {
  id: "caption",
  version: "1",
  columns: {
    /** Between spaces. */
    caption_words: "number",
    /** Unicode code points. */
    caption_characters: "number",
    /** ISO 639-1; what the data says, else a guess; `null` if nobody can tell. */
    caption_language: "text",
    /** Share of letters in the script that most are in. */
    caption_script_share: "number",
    /** 52-bit digest of the caption without case, signs and spaces. */
    caption_digest: "number",
    /** The same with every number alike. */
    caption_template: "number",
    caption_file_name: "boolean",
    /** Kind of boilerplate, or `null`. */
    caption_boilerplate: "text",
    /** Share of words that are none. */
    caption_noise: "number",
    /** Kinds of personal data in captions and conversation, with commas; `null` if there are none. */
    personal_data: "text",
  },
  score: async (batch) =>
    batch.map((candidate) => {
      const { captions, conversation = [] } = candidate.sample;
      const caption = mainCaption(candidate);
      const guess = guessLanguage(caption);
      const normal = normalised(caption);
      const all = [...captions, ...conversation].map(({ text }) => text).join("\n");
      return {
        caption_words: caption.split(/\s+/).filter((word) => word !== "").length,
        caption_characters: characterCount(caption),
        caption_language: captions[0]?.language?.split("-")[0]?.toLowerCase() ?? guess.language ?? null,
        caption_script_share: guess.scriptShare,
        caption_digest: captionDigest(normal),
        caption_template: captionDigest(template(normal)),
        caption_file_name: isFileName(caption),
        caption_boilerplate: boilerplateIn(caption) ?? null,
        caption_noise: altTextNoise(caption),
        personal_data: findPersonalData(all).join(",") || null,
      };
    }),
};
