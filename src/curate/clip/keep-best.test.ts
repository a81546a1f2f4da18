import { expect, test } from "vitest";
import type { ScoreTable } from "../stage.ts";
import { keepBest } from "./keep-best.ts";

const scores = [0.5, 0.1, NaN, 0.4, 0.3, 0.4];
const table: ScoreTable = {
  rows: scores.length,
  keys: ["a", "b", "c", "d", "e", "f"],
  numbers: () => Float64Array.from(scores),
  texts: () => [],
  vectors: () => ({ data: new Float32Array(), length: 0 }),
};
const all = Uint32Array.of(0, 1, 2, 3, 4, 5);
const rule = (options: { min?: number; top?: number; of?: "all" | "alive" }) =>
  keepBest({ id: "fit", scorers: [], column: "fit", reason: "FIT", what: "how it fits" }, { of: "alive", ...options });
const judged = async (options: Parameters<typeof rule>[0], alive = all) =>
  Object.fromEntries(await rule(options).judge(table, alive));

test("a threshold: equal stays, and what has no score goes", async () => {
  expect(await judged({ min: 0.4 })).toEqual({ 1: "FIT_LOW", 2: "FIT_MISSING", 4: "FIT_LOW" });
});

test("a share: of those with a score, ties in their order", async () => {
  // 0.4 of five are two: the 0.5, and the first of the two with 0.4.
  expect(await judged({ top: 0.4 })).toEqual({
    1: "FIT_NOT_IN_TOP",
    2: "FIT_MISSING",
    4: "FIT_NOT_IN_TOP",
    5: "FIT_NOT_IN_TOP",
  });
});

test("a share of those left, or of all whichever are left", async () => {
  const left = Uint32Array.of(1, 4);
  expect(await judged({ top: 0.5 }, left)).toEqual({ 1: "FIT_NOT_IN_TOP" });
  expect(await judged({ top: 0.6, of: "all" }, left)).toEqual({ 1: "FIT_NOT_IN_TOP", 4: "FIT_NOT_IN_TOP" });
});

test("both: the threshold first, the share of the rest", async () => {
  expect(await judged({ min: 0.2, top: 0.5 })).toEqual({
    1: "FIT_LOW",
    2: "FIT_MISSING",
    4: "FIT_NOT_IN_TOP",
    5: "FIT_NOT_IN_TOP",
  });
});

test("says what it drops for", () => {
  expect(rule({ min: 0.4, top: 0.3 }).reasons).toEqual({
    FIT_MISSING: "There is no score: how it fits could not be measured.",
    FIT_LOW: "Less than 0.4: how it fits.",
    FIT_NOT_IN_TOP: "Not among the best 30 %: how it fits.",
  });
});

test.each([
  [{ min: 0.35 }, 0.35],
  [{ top: 0.6 }, 0.4], // the worst of three that stay
  [{ min: 0.35, top: 1 }, 0.4],
  [{ min: 0.45, top: 0.8, of: "all" }, 0.45],
] as const)("with %j it cuts at %d", (options, below) => {
  expect(rule(options).cuts).toBeTypeOf("function");
  const { cuts } = rule(options);
  expect(typeof cuts === "function" && cuts(table, all)).toEqual([{ column: "fit", below }]);
});
