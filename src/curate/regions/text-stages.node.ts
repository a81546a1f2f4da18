import { z } from "zod";
import type { Scorer } from "../stage.ts";
import { defineStage, type StageContext } from "../stage-kind.ts";
import { thresholdRule } from "../threshold-rule.ts";
import { bestOptions, keepBest } from "../clip/keep-best.ts";
import { openTextSpotter } from "./open-text-spotter.node.ts";
import { textSpottingScorer } from "./text-spotting-scorer.ts";
import type { TextSpotter } from "./text-spotter.ts";
import { tMarsScorer } from "./t-mars.ts";

/** Spotters of running plans: the stages of one plan share theirs. */
const spotters = new WeakMap<StageContext, Promise<TextSpotter>>();

function spotterOf(context: StageContext): Promise<TextSpotter> {
  const spotter = spotters.get(context) ?? openTextSpotter().then(context.own);
  spotters.set(context, spotter);
  return spotter;
}

/** Pairs whose caption can be read off the picture. */
export const textSpotting = defineStage({
  id: "text-spotting",
  summary: "drop pairs whose caption does little more than repeat the text in the picture",
  options: z.object({
    /** Share of the caption's letters that the picture shows as text. */
    maxOverlap: z.number().min(0).max(1).default(0.5),
    /** Share of the picture that text may cover. */
    maxArea: z.number().min(0).max(1).default(1),
  }),
  rule: async ({ maxOverlap, maxArea }, context) => {
    const scorer: Scorer = textSpottingScorer(await spotterOf(context));
    const overlap = {
      at: maxOverlap,
      reason: "CAPTION_IN_PICTURE",
      meaning: `More than ${maxOverlap} of the caption's letters can be read in the picture.`,
    };
    const area = {
      at: maxArea,
      reason: "PICTURE_OF_TEXT",
      meaning: `Text covers more than ${maxArea} of the picture.`,
    };
    return thresholdRule(
      "text-spotting",
      [scorer],
      [{ column: "text_overlap", above: overlap }, ...(maxArea < 1 ? [{ column: "text_area", above: area }] : [])],
    );
  },
});

/** Pairs that belong together for their text alone. */
export const tMars = defineStage({
  id: "t-mars",
  summary: "keep pairs whose picture fits its caption when the text in the picture is painted over (T-MARS)",
  options: bestOptions,
  rule: async ({ min, top, of }, context) =>
    keepBest(
      {
        id: "t-mars",
        scorers: [tMarsScorer(await context.embedder(), await spotterOf(context))],
        column: "t_mars_score",
        reason: "T_MARS",
        what: "the similarity of caption and picture without its text",
      },
      // the paper's best half, where nothing is asked for
      { min, top: top ?? (min === undefined ? 0.5 : undefined), of },
    ),
});
