import { expect, test } from "vitest";
import { readCtc } from "./ctc.ts";

/** Probabilities in which each step's class of `path` has 0.5 or the given value, the others share the rest. */
const steps = (path: readonly (readonly [best: number, p: number])[]): Float32Array =>
  Float32Array.from(path.flatMap(([best, p]) => [0, 1, 2, 3].map((c) => (c === best ? p : (1 - p) / 3))));

test("repeats are one character unless a blank parts them", () => {
  const path = [0, 1, 1, 0, 1, 2, 2, 3, 0] as const; // - a a - a b b c -
  expect(readCtc(steps(path.map((best) => [best, 0.5])), ["a", "b", "c"])).toEqual({ text: "aabc", confidence: 0.5 });
});

test("confidence is the mean over the characters, blanks and repeats not counted", () => {
  const read = readCtc(
    steps([
      [1, 1],
      [1, 0.4],
      [0, 0.4],
      [2, 0.5],
    ]),
    ["a", "b", "c"],
  );
  expect(read).toEqual({ text: "ab", confidence: 0.75 });
});

test("nothing but blanks", () => {
  expect(readCtc(steps([[0, 1]]), ["a", "b", "c"])).toEqual({ text: "", confidence: 0 });
});
