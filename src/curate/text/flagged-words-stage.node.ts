import { createHash } from "node:crypto";
import { z } from "zod";
import { readWords } from "../concepts/word-list.node.ts";
import { shareOn, wordsOf } from "../documents/text-ratios.ts";
import type { Scorer } from "../stage.ts";
import { defineStage } from "../stage-kind.ts";
import { thresholdRule } from "../threshold-rule.ts";

/** Captions with words of a list of one's own: Fovea brings none. */
export const flaggedWords = defineStage({
  id: "flagged-words",
  summary: "drop samples with words of a list of your own in their captions",
  options: z.object({
    /** A file: one word to a line, or a JSON array. */
    list: z.string(),
    /** Share of the words of all captions that may be on it. */
    max: z.number().min(0).max(1).default(0),
  }),
  rule: async ({ list, max }) => {
    const above = {
      at: max,
      reason: "CAPTION_FLAGGED",
      meaning: `More than ${max} of the words are on the list ${list}.`,
    };
    return thresholdRule("flagged-words", [flaggedScorer(await readWords(list))], [{ column: "flagged_words", above }]);
  },
});

const flaggedScorer = (words: ReadonlySet<string>): Scorer => ({
  id: "flagged-words",
  version: `1 ${createHash("sha256")
    .update([...words].join("\n"))
    .digest("hex")
    .slice(0, 16)}`,
  columns: { flagged_words: "number" },
  score: async (batch) =>
    batch.map(({ sample }) => ({
      flagged_words: shareOn(words, wordsOf(sample.captions.map(({ text }) => text).join(" "))),
    })),
});
