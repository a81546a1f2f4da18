import { backgroundNames } from "../background.ts";
import { castThing, type Actor, type Wardrobe } from "../cast.ts";
import type { Draw } from "../draw.ts";
import { castGroup } from "../kinds/pictures.ts";
import type { Violation } from "../scene.ts";
import { brickSprite } from "../sprites/blocks.ts";
import { reachOf, type Draft, type Staged } from "../stage.ts";

/** Kinds of clips. */
export type ClipKind = "motion" | "changes" | "physics";

/** The frames of a clip before they are painted. */
export interface ClipDraft {
  readonly frames: readonly Draft[];
  readonly violation?: Violation;
}

/** Makes clips of `length` frames: one, or for physics one that can be and one that cannot, alike up to the moment where they part. */
export type ClipMaker = (draw: Draw, wardrobe: Wardrobe, length: number) => readonly ClipDraft[];

/** How each kind of clip is made. */
export const clipMakers: Readonly<Record<ClipKind, ClipMaker>> = {
  motion(draw, wardrobe, length) {
    const background = draw.pick(backgroundNames);
    const [mover, other] = castPair(draw, wardrobe, background);
    const isSideways = draw.chance(0.5);
    const [from, to] = draw.chance(0.5) ? [0.2, 0.8] : [0.8, 0.2];
    const [lane, otherLane] = draw.chance(0.5) ? [0.28, 0.74] : [0.74, 0.28];
    const rest = draw.between(0.3, 0.7);
    const at = (id: number, actor: Actor, along: number, across: number): Staged =>
      isSideways ? { id, actor, x: along, y: across } : { id, actor, x: across, y: along };
    const frames = steps(length).map((time) => ({
      background,
      things: [at(0, mover, from + (to - from) * time, lane), at(1, other, rest, otherLane)],
    }));
    return [{ frames }];
  },

  changes(draw, wardrobe, length) {
    const background = draw.pick(backgroundNames);
    const pair = castPair(draw, wardrobe, background);
    const places = [
      [0.27, draw.between(0.3, 0.7)],
      [0.73, draw.between(0.3, 0.7)],
    ] as const;
    // Each changes at a time of its own, in the middle of the clip.
    const [first, second] = draw.shuffled(Array.from({ length: length - 3 }, (_, index) => index + 2));
    const plans = [first, draw.chance(0.7) ? second : undefined].map((time) => ({
      time,
      change: time === undefined ? "none" : draw.pick(["appears", "vanishes", "moves"] as const),
      way: draw.pick([-1, 1]),
    }));
    const frames = steps(length).map((_, frame) => ({
      background,
      things: pair.flatMap((actor, id): Staged[] => {
        const { time = length, change, way } = plans[id]!;
        const [x, y] = places[id]!;
        const isLater = frame >= time;
        if (change === "appears" ? !isLater : change === "vanishes" && isLater) return [];
        const moved = change === "moves" && isLater ? ((frame - time + 1) / (length - time)) * 0.22 * way : 0;
        return [{ id, actor, x, y: Math.min(0.82, Math.max(0.18, y + moved)) }];
      }),
    }));
    return [{ frames }];
  },

  physics(draw, wardrobe, length) {
    const scenario = draw.pick([falling, landing, hiding, crossing]);
    return scenario(draw, wardrobe, length);
  },
};

/** Times of frames, from 0 to 1. */
const steps = (length: number): number[] => Array.from({ length }, (_, index) => index / (length - 1));

const castPair = (draw: Draw, wardrobe: Wardrobe, background: Draft["background"]): readonly [Actor, Actor] => {
  const [a, b] = castGroup(draw, wardrobe, background, 2);
  const fit = (actor: Actor): Actor =>
    actor.attributes.size === "large" ? { ...actor, attributes: { ...actor.attributes, size: "medium" } } : actor;
  return [fit(a!), fit(b!)];
};

/** Backgrounds with a ground to stand on. */
const grounds = ["meadow", "desert", "snow", "room"] as const;
/** Where things come to rest; share of the height. */
const floor = 0.94;

/** A thing in free fall, 0 at the start and 1 when it has landed, after three fifths of the clip. */
const fallen = (time: number): number => Math.min(1, (time / 0.6) ** 2);

/** Something falls to the ground; or stops above it; or rises as others fall. */
function falling(draw: Draw, wardrobe: Wardrobe, length: number): ClipDraft[] {
  const background = draw.pick(grounds);
  const actor = castThing(draw, wardrobe, { background, isNovel: true, size: "medium" });
  const [, reach] = reachOf({ actor });
  const [top, bottom] = [0.04 + reach, floor - reach];
  const x = draw.between(0.25, 0.75);
  const clip = (height: (time: number) => number): Draft[] =>
    steps(length).map((time) => ({ background, things: [{ id: 0, actor, x, y: height(time) }] }));
  const fall = clip((time) => top + (bottom - top) * fallen(time));
  const float = clip((time) => top + (bottom - top) * Math.min(0.4, fallen(time)));
  const rise = clip((time) => bottom - (bottom - top) * fallen(time));
  const isFloating = draw.chance(0.5);
  return [
    { frames: fall },
    isFloating ? { frames: float, violation: "floats-in-the-air" } : { frames: rise, violation: "falls-upwards" },
  ];
}

/** Something falls onto a shelf and stays there; or falls through it. */
function landing(draw: Draw, wardrobe: Wardrobe, length: number): ClipDraft[] {
  const background = draw.pick(grounds);
  const actor = castThing(draw, wardrobe, { background, isNovel: true, size: "medium" });
  const [, reach] = reachOf({ actor });
  const shelf: Staged = { id: 1, actor: shelfActor, x: 0.5, y: 0.58, longest: 0.56 };
  const [, shelfReach] = reachOf(shelf);
  const top = 0.04 + reach;
  const x = draw.between(0.36, 0.64);
  const clip = (bottom: number): Draft[] =>
    steps(length).map((time) => {
      const fall = Math.min(bottom, top + (floor - reach - top) * fallen(time));
      return { background, things: [{ id: 0, actor, x, y: fall }, shelf] };
    });
  return [{ frames: clip(shelf.y - shelfReach - reach) }, { frames: clip(floor - reach), violation: "passes-through" }];
}

/** Something goes behind a wall and comes out; or does not; or another thing comes out. */
function hiding(draw: Draw, wardrobe: Wardrobe, length: number): ClipDraft[] {
  const background = draw.pick(grounds);
  const actor = castThing(draw, wardrobe, { background, isNovel: true, size: "medium" });
  const other = castThing(draw, wardrobe, { background, besides: [actor.noun], size: "medium" });
  const wall: Staged = { id: 1, actor: wallActor, x: 0.5, y: 0.62, longest: 0.64 };
  const isRightwards = draw.chance(0.5);
  const clip = (after: Actor | undefined): Draft[] =>
    steps(length).map((time) => {
      const way = -0.1 + 1.2 * time;
      const seen = way < 0.5 ? actor : after;
      const [, reach] = reachOf({ actor: seen ?? actor });
      const x = isRightwards ? way : 1 - way;
      const things =
        seen === undefined ? [wall] : [{ id: seen === actor ? 0 : 2, actor: seen, x, y: floor - reach }, wall];
      return { background, things };
    });
  const isLost = draw.chance(0.5);
  return [
    { frames: clip(actor) },
    isLost
      ? { frames: clip(undefined), violation: "never-comes-out" }
      : { frames: clip(other), violation: "comes-out-changed" },
  ];
}

/** Something crosses the picture; or is at once far from where it was. */
function crossing(draw: Draw, wardrobe: Wardrobe, length: number): ClipDraft[] {
  const background = draw.pick(grounds);
  const actor = castThing(draw, wardrobe, { background, isNovel: true, size: "medium" });
  const [, reach] = reachOf({ actor });
  const isRightwards = draw.chance(0.5);
  const clip = (way: (time: number) => number): Draft[] =>
    steps(length).map((time) => ({
      background,
      things: [{ id: 0, actor, x: isRightwards ? way(time) : 1 - way(time), y: floor - reach }],
    }));
  // Half as fast as the whole way would need, and the rest of it in one jump.
  const jump = (time: number): number => 0.16 + 0.34 * time + (time > 0.5 ? 0.34 : 0);
  return [{ frames: clip((time) => 0.16 + 0.34 * time) }, { frames: clip(jump), violation: "jumps" }];
}

const wallActor: Actor = { noun: "wall", attributes: {}, sprite: brickSprite(10, 3) };
const shelfActor: Actor = { noun: "shelf", attributes: {}, sprite: brickSprite(1, 5) };
