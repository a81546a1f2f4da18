import { expect, test } from "vitest";
import { formatScore, renderScores, type ScoreTable } from "./scores.ts";

const lookup = { name: "16x16-pixel lookup", value: 0.224 };
const table: ScoreTable = [
  {
    task: "text-to-image",
    split: "held-out style",
    metric: "R@1",
    unit: "fraction",
    value: 0.19083,
    low: 0.1707,
    high: 0.2112,
    chance: 0.000692,
    baseline: lookup,
    n: 1444,
  },
  {
    task: "text-to-image",
    split: "held-out style",
    metric: "median rank",
    unit: "rank",
    value: 7.5,
    chance: 722,
    n: 1444,
  },
  { task: "text-to-image", split: "new | concepts", metric: "R@1", unit: "fraction", value: NaN, n: 3 },
];

test("text: aligned columns, repeated names blank", () => {
  expect(renderScores(table, "text")).toBe(
    [
      "task           split           metric       score  95 % interval   chance  baseline      n",
      "text-to-image  held-out style  R@1          0.191    0.171–0.211  0.00069     0.224  1,444",
      "                               median rank    7.5                     722            1,444",
      "               new | concepts  R@1            NaN                                        3",
      "baseline: 16x16-pixel lookup",
      "",
    ].join("\n"),
  );
});

test("markdown: pipes, escaped", () => {
  expect(renderScores(table.slice(2), "markdown")).toBe(
    [
      "| task | split | metric | score | n |",
      "| --- | --- | --- | --: | --: |",
      "| text-to-image | new \\| concepts | R@1 | NaN | 3 |",
      "",
    ].join("\n"),
  );
  expect(renderScores(table, "markdown")).toContain("\n\nbaseline: 16x16-pixel lookup\n");
});

test("json: the rows, NaN as null", () => {
  const parsed: unknown = JSON.parse(renderScores(table, "json"));
  expect(parsed).toEqual([table[0], table[1], { ...table[2], value: null }]);
});

test.each([
  [0, "fraction", "0.000"],
  [1, "fraction", "1.000"],
  [0.000692, "fraction", "0.00069"],
  [0.0096, "fraction", "0.0096"],
  [0.01, "fraction", "0.010"],
  [1, "rank", "1"],
  [7.5, "rank", "7.5"],
  [12345, "rank", "12,345"],
  [undefined, "rank", ""],
] as const)("%d as %s reads %s", (value, unit, text) => {
  expect(formatScore(value, unit)).toBe(text);
});
