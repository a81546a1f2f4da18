import { describe, expect, test } from "vitest";
import * as z from "zod";
import { noModel } from "../testing/no-model.ts";
import { buildPlan, parsePlanSpec, setOptions, type StageTable } from "./plan-spec.ts";
import { presetTable } from "./preset-table.ts";
import { defineStage } from "./stage-kind.ts";
import { stageTable } from "./stage-table.node.ts";
import { thresholdRule } from "./threshold-rule.ts";

const limit = defineStage({
  id: "limit",
  summary: "for tests",
  options: z.object({ max: z.number().default(5) }),
  rule: ({ max }) =>
    thresholdRule(
      "limit",
      [],
      [{ column: "x", above: { at: max, reason: "TOO_LARGE", meaning: `More than ${max}.` } }],
    ),
});
const table: StageTable = { limit: async () => limit };
const build = (stages: readonly { use: string; [option: string]: unknown }[]) =>
  buildPlan({ name: "mine", stages }, table, noModel);

describe("a plan as data", () => {
  test("makes rules with their options and names", async () => {
    const plan = await build([{ use: "limit" }, { use: "limit", as: "tight", max: 2 }]);
    expect(plan.rules.map(({ id, cuts }) => [id, cuts])).toEqual([
      ["limit", [{ column: "x", above: 5 }]],
      ["tight", [{ column: "x", above: 2 }]],
    ]);
  });

  test.each([
    [
      [{ use: "limits" }],
      "CURATE_STAGE_UNKNOWN",
      "mine: stage 1, limits: there is no such kind of stage\n  mend: did you mean limit?",
    ],
    [
      [{ use: "limit" }, { use: "limit" }],
      "CURATE_STAGE_REPEATED",
      "mine: two stages are named limit\n  mend: give one of them another id, so that the funnel can tell them apart",
    ],
    [
      [{ use: "limit", maximum: 3 }],
      "CURATE_OPTION_INVALID",
      'mine: stage 1, limit: \u2716 Unrecognized key: "maximum"\n  mend: limit takes max; give one in the plan, or with --set STAGE.OPTION=VALUE',
    ],
    [
      [{ use: "limit", maks: 3 }],
      "CURATE_OPTION_INVALID",
      'mine: stage 1, limit: \u2716 Unrecognized key: "maks"\n  mend: did you mean max? limit takes max',
    ],
    [[], "CURATE_PLAN_EMPTY", "mine: the plan has no stages\n  mend: give it at least one"],
  ])("refuses %j", async (stages, code, message) => {
    await expect(build(stages)).rejects.toMatchObject({ code, message });
  });

  test("is parsed from a file", () => {
    const spec = { name: "a", stages: [{ use: "limit", as: "tight", max: 1 }] };
    expect(parsePlanSpec(spec, "a.json")).toEqual(spec);
    expect(() => parsePlanSpec({ name: "a", stages: [{ max: 1 }] }, "a.json")).toThrow(
      expect.objectContaining({
        code: "CURATE_PLAN_INVALID",
        where: "a.json",
        found: expect.stringContaining("stages[0].use"),
      }),
    );
  });
});

describe("settings", () => {
  const spec = {
    name: "a",
    stages: [
      { use: "limit", max: 1 },
      { use: "limit", as: "tight" },
    ],
  };
  test("move options of the stage of this name", () => {
    expect(setOptions(spec, ["limit.max=7", 'tight.only=["en"]', "tight.keep=first"]).stages).toEqual([
      { use: "limit", max: 7 },
      { use: "limit", as: "tight", only: ["en"], keep: "first" },
    ]);
  });
  test.each([
    [
      "max=7",
      "it is not of the form STAGE.OPTION=VALUE",
      "its stages are limit, tight; write for example picture-size.minSide=200",
    ],
    [
      "other.max=7",
      "the plan a has no stage other",
      "its stages are limit, tight; write for example picture-size.minSide=200",
    ],
    ["limt.max=7", "the plan a has no stage limt", "did you mean limit?"],
  ])("refuse %s", (setting, found, mend) => {
    expect(() => setOptions(spec, [setting])).toThrow(
      expect.objectContaining({ code: "CURATE_SETTING_INVALID", where: setting, found, mend }),
    );
  });
});

test.each(Object.keys(stageTable))("the stage %s is named as in the table", async (id) => {
  const kind = await stageTable[id]!();
  expect(kind.id).toBe(id);
  expect(kind.summary).not.toBe("");
});

test.each(Object.keys(presetTable))("the preset %s names stages that are there", async (name) => {
  const preset = await presetTable[name]!();
  expect(preset.name).toBe(name);
  for (const { use } of preset.stages) expect(Object.keys(stageTable)).toContain(use);
});
