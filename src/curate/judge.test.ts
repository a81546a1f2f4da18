import { expect, test } from "vitest";
import { histogramsOf } from "./histogram.ts";
import { judge } from "./judge.ts";
import { tableOfRows } from "./score-table.ts";
import type { Rule } from "./stage.ts";
import { thresholdRule } from "./threshold-rule.ts";

const table = tableOfRows([1, 2, 3, 4, null].map((x, i) => ({ key: `k${i}`, x })));
const judgeBy = (rules: readonly Rule[]) => judge(rules, table.rows, async () => table);
const below = (id: string, at: number): Rule =>
  thresholdRule(id, [], [{ column: "x", below: { at, reason: "SMALL", meaning: "small" } }]);
const dropping = (verdict: readonly (readonly [number, string])[]): Rule => ({
  id: "r",
  scorers: [],
  reasons: { GOOD: "" },
  judge: async () => new Map(verdict),
});

test("each rule sees what those before it kept; a row without a value stays", async () => {
  const rules = [below("first", 2), below("second", 4)];
  const verdicts = await judgeBy(rules);
  expect([...verdicts.stages]).toEqual([1, 2, 2, 0, 0]);
  expect(verdicts.funnel).toEqual([
    { stage: "first", in: 5, kept: 4, dropped: { SMALL: 1 } },
    { stage: "second", in: 4, kept: 2, dropped: { SMALL: 2 } },
  ]);
  const [, second] = await histogramsOf({ name: "p", rules }, verdicts, async () => table);
  expect(second).toMatchObject({ stage: "second", histogram: { column: "x", below: 4, low: 2, missing: 1 } });
  const sum = (counts: readonly number[]) => counts.reduce((total, count) => total + count);
  expect([sum(second!.histogram.kept), sum(second!.histogram.dropped)]).toEqual([1, 2]);
});

test.each([
  [[[0, "GOOD"]], [[0, "GOOD"]], "it dropped row 0, which was not shown to it, for GOOD"],
  [[], [[1, "BAD"]], "it dropped row 1 for BAD, which it does not explain"],
] as const)("a rule that breaks its word is found out", async (first, second, found) => {
  const rules = [dropping(first), { ...dropping(second), id: "s" }];
  await expect(judgeBy(rules)).rejects.toMatchObject({ code: "CURATE_RULE_BROKEN", where: "s", found });
});

test("a column that was not measured is named", () => {
  expect(() => table.texts("x")).toThrow(
    expect.objectContaining({
      code: "SCORE_MISSING",
      message: expect.stringContaining("x: the table has no column of texts with this name\n  mend: it has x;"),
    }),
  );
});
