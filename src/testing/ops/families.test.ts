import { readdirSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { evaluate } from "../../engine/compile.ts";
import { add, exp, mul, stopGradient, straightThrough } from "../../engine/ops/elementwise.ts";
import { map, reshaped } from "../nd-array.ts";
import { check, merged, mismatches } from "./check.ts";
import { families } from "./families.ts";
import { given, normals, sample } from "./sample.ts";

test("every file of ops has samples", () => {
  const files = readdirSync(new URL("../../engine/ops/", import.meta.url)).filter((name) => !name.includes(".test."));
  expect(Object.keys(families).map((name) => `${name}.ts`)).toEqual(files.sort());
});

describe.each(Object.entries(families))("%s: values, gradients and their gradients equal the reference's", (_, ops) => {
  test.each(Object.entries(ops))("%s", async (op, samples) => {
    expect(samples.length).toBeGreaterThan(0);
    const checks = samples.map((sample, i) => check(`${op}.${i}`, sample));
    const { outputs, feeds, expected } = merged(checks);
    expect(mismatches(expected, await evaluate(outputs, feeds, { threads: 1 }))).toEqual([]);
  });
});

test("the check finds a wrong gradient, a wrong second gradient and a wrong shape", async () => {
  const wrong = sample(
    [normals([2])],
    (x) => exp(add(x, mul(stopGradient(x), 0.5))),
    (x) => map((v) => Math.exp(1.5 * v), x),
  );
  // The slope that straightThrough leaves is right at x = 1 only, so its own slope is wrong.
  const wrongSecond = sample(
    [given([1], [1])],
    (x) => straightThrough(mul(x, x), mul(x, 2)),
    (x) => map((v) => v * v, x),
  );
  const wrongShape = sample(
    [normals([2])],
    (x) => x,
    (x) => reshaped(x, [2, 1]),
  );
  const { outputs, feeds, expected } = merged([check("a", wrong), check("b", wrongSecond), check("c", wrongShape)]);
  const found = mismatches(expected, await evaluate(outputs, feeds, { threads: 1 }));
  expect(found.map((line) => line.split(" ")[0])).toEqual(["a.dx0", "a.ddx0", "a.dr0", "b.ddx0", "c.y0", "c.dr0"]);
});
