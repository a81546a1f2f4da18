import { describe, expect, test } from "vitest";
import type { Fact, Happening } from "../facts.ts";
import type { Clip, SceneObject } from "../scene.ts";
import { clipTruth } from "./clip-truth.ts";

const nouns = ["dog", "cat", "bee"];

/** A clip of things by their places in each frame, in percent; `undefined` where a thing is away. */
const clip = (...tracks: readonly (readonly (readonly [x: number, y: number] | undefined)[])[]): Clip => ({
  frames: tracks[0]!.map((_, frame) => ({
    width: 100,
    height: 100,
    background: "white",
    overlaps: [],
    objects: tracks.flatMap((track, id): SceneObject[] => {
      const place = track[frame];
      if (place === undefined) return [];
      return [
        {
          id,
          noun: nouns[id]!,
          attributes: {},
          box: { x: place[0] - 5, y: place[1] - 5, width: 10, height: 10 },
          visible: 1,
        },
      ];
    }),
  })),
});

const moves = (noun: string, direction: "left" | "right" | "up" | "down" | "nowhere"): Fact => ({
  kind: "moves",
  what: { noun },
  direction,
});
const event = (noun: string, change: Happening["change"]): Happening => ({ what: { noun }, change });
const at = (x: number, y: number) => [x, y] as const;

describe("motion", () => {
  const moving = clip(
    [at(20, 50), at(40, 50), at(60, 51)],
    [at(50, 80), at(50, 80), at(50, 80)],
    [at(50, 20), at(55, 20), at(58, 20)],
  );
  test.each([
    ["dog", "right", true],
    ["dog", "left", false],
    ["dog", "up", false],
    ["dog", "nowhere", false],
    ["cat", "nowhere", true],
    ["cat", "right", false],
    ["bee", "right", "unclear"], // a little
    ["bee", "nowhere", "unclear"],
  ] as const)("%s %s: %s", (noun, direction, expected) =>
    expect(clipTruth([moves(noun, direction)], moving)).toBe(expected),
  );

  test("y grows downwards", () => {
    const falling = clip([at(50, 10), at(50, 40), at(50, 90)]);
    expect(clipTruth([moves("dog", "down")], falling)).toBe(true);
    expect(clipTruth([moves("dog", "up")], falling)).toBe(false);
  });
});

describe("changes", () => {
  const there = at(50, 50);
  const changing = clip(
    [undefined, undefined, there, there],
    [there, there, there, undefined],
    [there, there, there, at(50, 80)],
  );
  test("what appears, vanishes and starts to move", () => {
    const truth = (noun: string, change: Happening["change"]) =>
      clipTruth([{ kind: "happens", ...event(noun, change) }], changing);
    expect([
      truth("dog", "appears"),
      truth("dog", "vanishes"),
      truth("cat", "vanishes"),
      truth("cat", "appears"),
    ]).toEqual([true, false, true, false]);
    expect([truth("bee", "starts to move"), truth("cat", "starts to move")]).toEqual([true, false]);
  });

  test("which comes first", () => {
    const order = (a: Happening, b: Happening) => clipTruth([{ kind: "before", first: a, second: b }], changing);
    const [appears, vanishes, starts] = [
      event("dog", "appears"),
      event("cat", "vanishes"),
      event("bee", "starts to move"),
    ];
    expect(order(appears, vanishes)).toBe(true);
    expect(order(vanishes, appears)).toBe(false);
    expect(order(vanishes, starts)).toBe("unclear"); // at once
    expect(order(appears, event("cat", "appears"))).toBe(false);
  });
});

test("physics is as the clip says, and what is there may be there later", () => {
  const jumping: Clip = { ...clip([undefined, at(20, 50)]), violation: "jumps" };
  const law = (violation: "none" | "jumps"): Fact => ({ kind: "physics", violation });
  expect([clipTruth([law("jumps")], jumping), clipTruth([law("none")], jumping)]).toEqual([true, false]);
  expect(clipTruth([{ kind: "there", what: { noun: "dog" }, count: 1, exact: true }], jumping)).toBe(true);
});
