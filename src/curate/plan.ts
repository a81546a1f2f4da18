import { InputError } from "../platform/error.ts";
import type { Rule, Scorer, SetScorer } from "./stage.ts";

/**
 * What a curation run measures, and by which rules it decides, in this order. Every sample gets every score, also one that an early rule drops:
 * only so can thresholds be moved without measuring again. To spare a model what cheap rules drop anyway, run two plans: one of cheap rules,
 * which writes what it keeps, and one with the model, which reads that.
 */
export interface Plan {
  readonly name: string;
  /** A sample that one rule drops is not shown to those that follow. */
  readonly rules: readonly Rule[];
  /** Scores to measure besides those that the rules read. */
  readonly scorers?: readonly Scorer[];
}

/**
 * Checks a plan.
 * @throws {InputError} CURATE_PLAN_EMPTY, CURATE_STAGE_REPEATED, CURATE_COLUMN_REPEATED
 */
export function definePlan(plan: Plan): Plan {
  if (plan.rules.length + (plan.scorers?.length ?? 0) === 0)
    throw new InputError("CURATE_PLAN_EMPTY", plan.name, "the plan has no stages", "give it at least one");
  const ids = new Set<string>();
  for (const { id } of plan.rules) {
    if (ids.has(id))
      throw new InputError(
        "CURATE_STAGE_REPEATED",
        plan.name,
        `two stages are named ${id}`,
        "give one of them another id, so that the funnel can tell them apart",
      );
    ids.add(id);
  }
  for (const rule of plan.rules) checkSetColumns(plan.name, rule);
  scorersOf(plan);
  return plan;
}

/** @throws {InputError} CURATE_COLUMN_REPEATED */
function checkSetColumns(plan: string, { id, setScorers = [] }: Rule): void {
  const owners = new Map<string, string>();
  for (const scorer of setScorers)
    for (const column of Object.keys(scorer.columns)) {
      const owner = owners.get(column);
      if (owner !== undefined && owner !== identity(scorer))
        throw new InputError(
          "CURATE_COLUMN_REPEATED",
          `${plan}: ${id}`,
          `stages in it measure the column ${column} with different options`,
          "put one of them into a stage of its own",
        );
      owners.set(column, identity(scorer));
    }
}

/**
 * Every scorer that a plan needs, each once: rules may share one.
 * @throws {InputError} CURATE_COLUMN_REPEATED
 */
export function scorersOf({ name, rules, scorers = [] }: Plan): readonly Scorer[] {
  const unique = new Map<string, Scorer>();
  const read = rules.flatMap((rule) => [...rule.scorers, ...(rule.setScorers ?? []).flatMap((set) => set.scorers)]);
  for (const scorer of [...read, ...scorers]) unique.set(identity(scorer), scorer);
  const owners = new Map<string, string>([["key", "every table"]]);
  for (const scorer of unique.values())
    for (const column of columnNames(scorer)) {
      const owner = owners.get(column);
      if (owner !== undefined)
        throw new InputError(
          "CURATE_COLUMN_REPEATED",
          name,
          `${scorer.id} (version ${scorer.version}) and ${owner} both write the column ${column}`,
          "use one version of a scorer in a plan, or give one of them another name",
        );
      owners.set(column, `${scorer.id} (version ${scorer.version})`);
    }
  return [...unique.values()];
}

/** A scorer and its version in one text: scores under the same identity need no measuring again. */
export const identity = ({ id, version }: Pick<Scorer | SetScorer, "id" | "version">): string => `${id}@${version}`;

/** Names of all columns of a scorer, those of vectors last. */
export const columnNames = ({ columns, vectors = {} }: Pick<Scorer, "columns" | "vectors">): readonly string[] => [
  ...Object.keys(columns),
  ...Object.keys(vectors),
];
