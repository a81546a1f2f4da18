import { z } from "zod";
import { InputError, nearest } from "../platform/error.ts";
import { definePlan, type Plan } from "./plan.ts";
import type { StageContext, StageKind } from "./stage-kind.ts";

/** A stage as plain data: the kind's id, and its options beside it. */
export interface StageSpec {
  /** The id of a {@link StageKind}. */
  readonly use: string;
  /** Name in the funnel, where a plan uses one kind twice; the kind's id if absent. */
  readonly as?: string;
  readonly [option: string]: unknown;
}

/** A plan as plain data: what a JSON file holds, and what a preset is. */
export interface PlanSpec {
  readonly name: string;
  /** One line for lists. */
  readonly summary?: string;
  readonly stages: readonly StageSpec[];
}

/** A {@link StageKind} by its id, loaded when it is named. */
export type StageTable = Readonly<Record<string, () => Promise<StageKind>>>;

const PlanSpecSchema = z.strictObject({
  name: z.string(),
  summary: z.string().optional(),
  stages: z.array(z.looseObject({ use: z.string(), as: z.string().optional() })).min(1),
});

/**
 * Parses a plan of a file.
 * @throws {InputError} CURATE_PLAN_INVALID
 */
export function parsePlanSpec(value: unknown, where: string): PlanSpec {
  const parsed = PlanSpecSchema.safeParse(value);
  if (!parsed.success)
    throw new InputError(
      "CURATE_PLAN_INVALID",
      where,
      z.prettifyError(parsed.error).replaceAll(/\s*\n\s*/g, " "),
      'write { "name": "mine", "stages": [{ "use": "picture-size", "minSide": 200 }] }',
    );
  const { name, summary, stages } = parsed.data;
  return {
    name,
    ...(summary !== undefined && { summary }),
    stages: stages.map(({ as, ...stage }) => ({ ...stage, ...(as !== undefined && { as }) })),
  };
}

/**
 * Sets options of stages by `STAGE.OPTION=VALUE`, the value in JSON or as bare text: how a threshold is moved without editing a plan.
 * @throws {InputError} CURATE_SETTING_INVALID
 */
export function setOptions(spec: PlanSpec, settings: readonly string[]): PlanSpec {
  const stages: StageSpec[] = [...spec.stages];
  for (const setting of settings) {
    const [, name, option, text] = /^([\w-]+)\.(\w+)=(.*)$/s.exec(setting) ?? [];
    const at = stages.findIndex((stage) => (stage.as ?? stage.use) === name);
    if (name === undefined || option === undefined || text === undefined || at < 0) {
      const names = stages.map((stage) => stage.as ?? stage.use);
      const near = name === undefined ? undefined : nearest(name, names);
      throw new InputError(
        "CURATE_SETTING_INVALID",
        setting,
        name === undefined ? "it is not of the form STAGE.OPTION=VALUE" : `the plan ${spec.name} has no stage ${name}`,
        near === undefined
          ? `its stages are ${names.join(", ")}; write for example picture-size.minSide=200`
          : `did you mean ${near}?`,
      );
    }
    stages[at] = { ...stages[at]!, [option]: jsonOrText(text) };
  }
  return { ...spec, stages };
}

function jsonOrText(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/**
 * Makes the rules of a plan that is given as data.
 * @throws {InputError} CURATE_STAGE_UNKNOWN, CURATE_OPTION_INVALID, what {@link definePlan} and opening models throw
 */
export async function buildPlan(spec: PlanSpec, table: StageTable, context: StageContext): Promise<Plan> {
  const rules = [];
  for (const [i, { use, as, ...options }] of spec.stages.entries()) {
    const where = `${spec.name}: stage ${i + 1}, ${use}`;
    const load = table[use];
    if (load === undefined) {
      const near = nearest(use, Object.keys(table));
      const known = `stages are ${Object.keys(table).join(", ")}`;
      const mend = near === undefined ? known : `did you mean ${near}?`;
      throw new InputError("CURATE_STAGE_UNKNOWN", where, "there is no such kind of stage", mend);
    }
    const rule = await (await load()).build(options, where, context);
    rules.push(as === undefined ? rule : { ...rule, id: as });
  }
  return definePlan({ name: spec.name, rules });
}
