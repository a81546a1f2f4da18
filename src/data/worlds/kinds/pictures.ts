import { backgroundNames, type BackgroundName } from "../background.ts";
import { castPerson, castSign, castThing, type Actor, type Wardrobe } from "../cast.ts";
import type { Draw } from "../draw.ts";
import { longestOf, reachOf, scatter, type Draft, type Staged } from "../stage.ts";

/** Kinds of single pictures. */
export type PictureKind = "objects" | "counts" | "relations" | "depth" | "signs" | "people";

/** Makes the draft of one picture; `undefined` if this attempt found no room for all. */
export type PictureMaker = (draw: Draw, wardrobe: Wardrobe, most: number) => Draft | undefined;

/** How each kind of picture is made. `most`: things at most. */
export const pictureMakers: Readonly<Record<PictureKind, PictureMaker>> = {
  objects(draw, wardrobe, most) {
    const background = draw.pick(backgroundNames);
    const things = scatter(draw, castGroup(draw, wardrobe, background, draw.whole(1, most)));
    return things && { background, things };
  },

  counts(draw, wardrobe) {
    const background = draw.pick(backgroundNames);
    const count = draw.whole(2, 9);
    const isNovel = draw.chance(0.9);
    const counted = castThing(draw, wardrobe, { background, isNovel, count, size: count > 5 ? "small" : "medium" });
    const others = draw.whole(0, count > 6 ? 1 : 2);
    const besides: Actor[] = [];
    for (let other = 0; other < others; other++) {
      const there = [counted.noun, ...besides.map(({ noun }) => noun)];
      besides.push(castThing(draw, wardrobe, { background, besides: there, size: "small" }));
    }
    const things = scatter(draw, [...Array.from({ length: count }, () => counted), ...besides]);
    return things && { background, things };
  },

  relations(draw, wardrobe) {
    const background = draw.pick(backgroundNames);
    const [a, b] = castGroup(draw, wardrobe, background, 2);
    const isSideBySide = draw.chance(0.5);
    // Apart along one axis, level along the other.
    const along = draw.between(0.2, 0.3);
    const [level, drift] = [draw.between(0.35, 0.65), draw.between(-0.06, 0.06)];
    const places = [
      [along, level],
      [1 - along, level + drift],
    ] as const;
    const things = [a!, b!].map((actor, id): Staged => {
      const [first, second] = places[id]!;
      return isSideBySide ? { id, actor, x: first, y: second } : { id, actor, x: second, y: first };
    });
    return { background, things };
  },

  depth(draw, wardrobe) {
    const background = draw.pick(backgroundNames);
    const behind = castThing(draw, wardrobe, { background, isNovel: true, size: "large" });
    const front = castThing(draw, wardrobe, { background, besides: [behind.noun], size: "medium" });
    const [x, y] = [draw.between(0.35, 0.65), draw.between(0.35, 0.65)];
    const angle = draw.between(0, 2 * Math.PI);
    const distance = longestOf({ actor: behind }) * draw.between(0.32, 0.42);
    return {
      background,
      things: [
        { id: 0, actor: behind, x, y },
        { id: 1, actor: front, x: x + Math.cos(angle) * distance, y: y + Math.sin(angle) * distance },
      ],
    };
  },

  signs(draw, wardrobe) {
    const background = draw.pick(backgroundNames);
    // Words are held out; in the tests of combinations and styles it is the thing beside the sign that is new.
    const isNovelThing = wardrobe.split === "styles" || wardrobe.split === "combinations";
    const sign = castSign(draw, wardrobe, { background, isNovel: !isNovelThing });
    if (!isNovelThing && draw.chance(0.3)) {
      const things = scatter(draw, [sign]);
      return things && { background, things };
    }
    const size = draw.pick(["medium", "large"] as const);
    const other = castThing(draw, wardrobe, { background, size, isNovel: isNovelThing });
    const isBelow = draw.chance(0.5);
    const [, signReach] = reachOf({ actor: sign });
    const [otherX, otherY] = reachOf({ actor: other });
    const signY = isBelow ? 0.95 - signReach : 0.05 + signReach;
    const otherPlace = isBelow ? 0.05 + otherY : 0.95 - otherY;
    return {
      background,
      things: [
        { id: 0, actor: sign, x: 0.5, y: signY },
        { id: 1, actor: other, x: draw.between(0.06 + otherX, 0.94 - otherX), y: otherPlace },
      ],
    };
  },

  people(draw, wardrobe) {
    const background = draw.pick(backgroundNames);
    const first = castPerson(draw, wardrobe, { background, isNovel: true });
    const others = draw.pick([0, 0, 1]);
    const besides = Array.from({ length: others }, () =>
      castPerson(draw, wardrobe, { background, besides: [first.noun] }),
    );
    const things = scatter(draw, [first, ...besides]);
    return things && { background, things };
  },
};

/** Things of different nouns, the first of them showing what the split is about. */
export function castGroup(draw: Draw, wardrobe: Wardrobe, background: BackgroundName, count: number): Actor[] {
  const actors: Actor[] = [];
  for (let at = 0; at < count; at++) {
    const besides = actors.map(({ noun }) => noun);
    actors.push(castThing(draw, wardrobe, { background, besides, isNovel: at === 0 }));
  }
  return actors;
}
