import { describe, expect, test } from "vitest";
import { z } from "zod";
import { noModel } from "../../testing/no-model.ts";
import { tableOfRows } from "../score-table.ts";
import { defineStage } from "../stage-kind.ts";
import type { Rule } from "../stage.ts";
import { ruleSetKinds } from "./rule-set-stages.ts";
import { allOf, anyOf, not } from "./rule-sets.ts";

const table = tableOfRows([5, 1, 4, 2, 3].map((size, i) => ({ key: `${i}`, size })));
const all = Uint32Array.of(0, 1, 2, 3, 4);

/** Drops the given rows, of those that it is shown. */
const dropping = (id: string, ...rows: number[]): Rule => ({
  id,
  scorers: [],
  reasons: { [id]: `dropped by ${id}` },
  judge: async (_, alive) => new Map([...alive].filter((row) => rows.includes(row)).map((row) => [row, id])),
});

const droppedBy = async (rule: Rule, alive = all) => Object.fromEntries(await rule.judge(table, alive));

describe("set operations", () => {
  const [a, b] = [dropping("A", 0, 1), dropping("B", 1, 2)];
  test("all of: what any drops goes, for the first reason", async () => {
    expect(await droppedBy(allOf("both", [a, b]))).toEqual({ 0: "A", 1: "A", 2: "B" });
  });
  test("any of: only what all drop goes", async () => {
    expect(await droppedBy(anyOf("either", [a, b]))).toEqual({ 1: "A" });
  });
  test("not: what it keeps goes, of the rows that are still in", async () => {
    expect(await droppedBy(not("none", a), Uint32Array.of(1, 2, 4))).toEqual({
      2: "KEPT_BY_OPPOSITE",
      4: "KEPT_BY_OPPOSITE",
    });
  });
  test("they nest", async () => {
    expect(
      Object.keys(await droppedBy(not("xor", anyOf("either", [allOf("both", [a, b]), dropping("C", 0, 2, 3)])))),
    ).toEqual(["1", "3", "4"]);
  });
});

describe("in plans as data", () => {
  const sizeScorer = { id: "size", version: "1", columns: { size: "number" }, score: async () => [] } as const;
  const small = defineStage({
    id: "small",
    summary: "",
    options: z.object({ below: z.number() }),
    rule: ({ below }): Rule => ({
      id: "small",
      scorers: [sizeScorer],
      reasons: { SMALL: "" },
      judge: async ({ numbers }, alive) =>
        new Map([...alive].filter((row) => numbers("size")[row]! < below).map((row) => [row, "SMALL"])),
    }),
  });
  const kinds = ruleSetKinds({ small: async () => small });

  test("a kind may come twice in a set", async () => {
    const stages = [
      { use: "small", below: 3 },
      { use: "small", below: 2 },
    ];
    expect(await droppedBy(await kinds.anyOf.build({ stages }, "test", noModel))).toEqual({ 1: "SMALL" });
    expect(await droppedBy(await kinds.allOf.build({ stages }, "test", noModel))).toEqual({ 1: "SMALL", 3: "SMALL" });
  });
  test("not", async () => {
    const rule = await kinds.not.build({ stage: { use: "small", below: 4 } }, "test", noModel);
    expect(Object.keys(await droppedBy(rule))).toEqual(["0", "2"]);
  });
  test("top share of a column that another stage measures", async () => {
    const rule = await kinds.top.build(
      { column: "size", top: 0.4, measuredBy: { use: "small", below: 0 } },
      "test",
      noModel,
    );
    expect(rule.scorers).toEqual([sizeScorer]);
    expect(Object.keys(await droppedBy(rule))).toEqual(["1", "3", "4"]);
  });
  test("an unknown kind inside is named", async () => {
    await expect(kinds.not.build({ stage: { use: "smal" } }, "test", noModel)).rejects.toThrow(
      "not: stage 1, smal: there is no such kind of stage\n  mend: did you mean small?",
    );
  });
});
