import { FoveaError } from "../platform/error.ts";
import type { Rule, ScoreTable } from "./stage.ts";

/** What became of one stage's input. */
export interface FunnelStage {
  /** The rule's id. */
  readonly stage: string;
  readonly in: number;
  readonly kept: number;
  /** How many went for each reason, commonest first. `in` is `kept` plus these. */
  readonly dropped: Readonly<Record<string, number>>;
}

/** Gives the columns that a rule reads; those of its set scorers are of the rows in `alive`. */
export type TableFor = (rule: Rule, alive: Uint32Array) => Promise<ScoreTable>;

/** The verdict on every row. */
export interface Verdicts {
  /** Per row: the number of the stage that dropped it, counted from 1; 0 if it was kept. */
  readonly stages: Uint16Array;
  /** Per row: the index into `reasons` of why it was dropped; undefined in meaning if it was kept. */
  readonly reasonIds: Uint16Array;
  readonly reasons: readonly string[];
  readonly funnel: readonly FunnelStage[];
}

/**
 * Lets every rule in turn judge the rows that are still in, and checks that nothing is lost on the way: at each stage and in the whole,
 * kept and dropped add up to what came in.
 *
 * @param tableFor gives a table with the columns that the rule reads, those of its set scorers for the rows in `alive`
 * @throws {FoveaError} CURATE_RULE_BROKEN, CURATE_COUNT_BROKEN
 */
export async function judge(rules: readonly Rule[], rows: number, tableFor: TableFor): Promise<Verdicts> {
  const stages = new Uint16Array(rows);
  const reasonIds = new Uint16Array(rows);
  const reasons: string[] = [];
  const funnel: FunnelStage[] = [];
  let alive = Uint32Array.from({ length: rows }, (_, row) => row);
  for (const [i, rule] of rules.entries()) {
    const verdict = await rule.judge(await tableFor(rule, alive), alive);
    const counts = new Map<string, number>();
    for (const [row, reason] of verdict) {
      if (stages[row] !== 0) throw broken(rule, `it dropped row ${row}, which was not shown to it, for ${reason}`);
      if (!(reason in rule.reasons))
        throw broken(rule, `it dropped row ${row} for ${reason}, which it does not explain`);
      if (!reasons.includes(reason)) reasons.push(reason);
      stages[row] = i + 1;
      reasonIds[row] = reasons.indexOf(reason);
      counts.set(reason, (counts.get(reason) ?? 0) + 1);
    }
    const kept = alive.filter((row) => stages[row] === 0);
    const dropped = Object.fromEntries([...counts].sort(([, a], [, b]) => b - a));
    funnel.push({ stage: rule.id, in: alive.length, kept: kept.length, dropped });
    alive = kept;
  }
  checkFunnel(funnel, rows, stages);
  return { stages, reasonIds, reasons, funnel };
}

/** The rows that the rule at place `i` of a plan was shown, ascending. */
export const rowsShownTo = (i: number, { stages }: Verdicts): Uint32Array =>
  Uint32Array.from(stages.keys()).filter((row) => stages[row] === 0 || stages[row]! > i);

/** @throws {FoveaError} CURATE_COUNT_BROKEN */
function checkFunnel(funnel: readonly FunnelStage[], rows: number, stages: Uint16Array): void {
  let expected = rows;
  for (const { stage, in: entered, kept, dropped } of funnel) {
    const gone = Object.values(dropped).reduce((sum, count) => sum + count, 0);
    if (entered !== expected || kept + gone !== entered)
      throw countBroken(stage, `${expected} rows came, ${entered} were judged, ${kept} kept and ${gone} dropped`);
    expected = kept;
  }
  const kept = stages.reduce((count, stage) => count + (stage === 0 ? 1 : 0), 0);
  if (kept !== expected) throw countBroken("the whole plan", `${expected} rows were kept, and ${kept} are marked so`);
}

const broken = (rule: Rule, found: string): FoveaError =>
  new FoveaError(
    "CURATE_RULE_BROKEN",
    rule.id,
    found,
    "a rule may drop only rows of `alive`, for reasons that it lists",
  );

const countBroken = (where: string, found: string): FoveaError =>
  new FoveaError("CURATE_COUNT_BROKEN", where, found, "this is a fault of the program: report it with the plan");
