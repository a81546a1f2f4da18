import { z } from "zod";
import { bestOptions, keepBest } from "../clip/keep-best.ts";
import { buildPlan, type StageTable } from "../plan-spec.ts";
import { defineStage, type StageContext, type StageKind } from "../stage-kind.ts";
import type { Rule } from "../stage.ts";
import { allOf, anyOf, not } from "./rule-sets.ts";

const Stage = z.looseObject({ use: z.string() });
const stages = z.array(Stage).min(1);

/** Kinds of stages that are made of others. */
export interface RuleSetKinds {
  readonly allOf: StageKind;
  readonly anyOf: StageKind;
  readonly not: StageKind;
  readonly top: StageKind;
}

/** Set operations between filters, for plans as data. @param table the kinds that they may be made of */
export function ruleSetKinds(table: StageTable): RuleSetKinds {
  const build = async (
    name: string,
    specs: z.output<typeof stages>,
    context: StageContext,
  ): Promise<readonly Rule[]> => {
    const named = specs.map((spec, i) => ({ ...spec, as: `${i + 1} ${spec.use}` })); // one kind may come twice
    return (await buildPlan({ name, stages: named }, table, context)).rules;
  };
  return {
    allOf: defineStage({
      id: "all-of",
      summary: "keep what every one of some stages keeps, each shown all samples",
      options: z.object({ stages }),
      rule: async (options, context) => allOf("all-of", await build("all-of", options.stages, context)),
    }),
    anyOf: defineStage({
      id: "any-of",
      summary: "keep what at least one of some stages keeps",
      options: z.object({ stages }),
      rule: async (options, context) => anyOf("any-of", await build("any-of", options.stages, context)),
    }),
    not: defineStage({
      id: "not",
      summary: "keep what a stage drops",
      options: z.object({ stage: Stage }),
      rule: async ({ stage }, context) => not("not", (await build("not", [stage], context))[0]!),
    }),
    top: defineStage({
      id: "top",
      summary: "keep the share of the samples with the highest values of a column that another stage measures",
      options: bestOptions.extend({ column: z.string(), measuredBy: Stage }),
      rule: async ({ column, measuredBy, ...best }, context) => {
        const { scorers, setScorers = [] } = (await build("top", [measuredBy], context))[0]!;
        const by = { id: "top", scorers, column, reason: "SCORE", what: `the column ${column}` };
        return { ...keepBest(by, best), setScorers };
      },
    }),
  };
}
