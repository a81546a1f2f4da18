import { colours, sizes, rotations } from "./attributes.ts";
import { paintBackground, type BackgroundName } from "./background.ts";
import type { Actor } from "./cast.ts";
import { compose, type Placed } from "./compose.ts";
import type { Draw } from "./draw.ts";
import { masksOf } from "./mask.ts";
import type { Scene } from "./scene.ts";
import type { RgbImage } from "../../platform/platform.ts";

/** A thing on its place. */
export interface Staged {
  readonly id: number;
  readonly actor: Actor;
  /** Centre; shares of the picture's side. */
  readonly x: number;
  readonly y: number;
  /** Longest side, as a share of the picture's side; that of its size if absent. */
  readonly longest?: number;
}

/** A scene before it is painted: things from the back to the front. */
export interface Draft {
  readonly background: BackgroundName;
  readonly things: readonly Staged[];
}

/** A scene, and the picture of it. */
export interface Shot {
  readonly scene: Scene;
  readonly image: RgbImage;
}

/** Paints drafts; keeps backgrounds, which are always the same. */
export class Studio {
  /** Pixels. */
  readonly side: number;
  readonly #hasMasks: boolean;
  readonly #backgrounds = new Map<BackgroundName, RgbImage>();

  constructor(side: number, { masks }: { readonly masks: boolean }) {
    this.side = side;
    this.#hasMasks = masks;
  }

  /** Paints a draft, and measures what is to be seen. */
  shoot({ background, things }: Draft): Shot {
    const { image, ids, footprints, overlaps } = compose(
      this.#background(background),
      things.map((thing) => this.#place(thing)),
    );
    const masks = this.#hasMasks ? masksOf(ids, this.side, this.side, things.length) : [];
    const objects = things.map(({ id, actor: { noun, text, attributes } }, index) => {
      const { x, y, width, height, area, visible } = footprints[index]!;
      const mask = masks[index];
      return {
        id,
        noun,
        ...(text !== undefined && { text }),
        attributes,
        box: { x, y, width, height },
        visible: area === 0 ? 0 : visible / area,
        ...(mask && { mask }),
      };
    });
    const scene = {
      width: this.side,
      height: this.side,
      background,
      objects,
      overlaps: overlaps.map(({ front, behind, pixels }) => ({
        front: things[front]!.id,
        behind: things[behind]!.id,
        share: pixels / footprints[behind]!.area,
      })),
    };
    return { scene, image };
  }

  #background(name: BackgroundName): RgbImage {
    const kept = this.#backgrounds.get(name) ?? paintBackground(name, this.side);
    this.#backgrounds.set(name, kept);
    return kept;
  }

  #place(thing: Staged): Placed {
    const { sprite, attributes } = thing.actor;
    const { rotation, colour } = attributes;
    return {
      sprite,
      x: thing.x * this.side,
      y: thing.y * this.side,
      longest: longestOf(thing) * this.side,
      degrees: rotation === undefined ? 0 : rotations[rotation].degrees,
      ...(colour && { tint: colours[colour].rgb }),
    };
  }
}

/** Longest side of a thing, as a share of the picture's side. A sign is wide enough to be read. */
export function longestOf({ actor, longest }: Pick<Staged, "actor" | "longest">): number {
  if (longest !== undefined) return longest;
  if (actor.text !== undefined) return Math.min(0.84, 0.2 + 0.1 * actor.text.length);
  return sizes[actor.attributes.size ?? "medium"].share;
}

/** Half the width and height of a thing, as shares of the side. */
export function reachOf(thing: Pick<Staged, "actor" | "longest">): readonly [x: number, y: number] {
  const { width, height } = thing.actor.sprite.levels[0]!;
  const half = longestOf(thing) / 2 / Math.max(width, height);
  const isSideways = thing.actor.attributes.rotation === "sideways";
  return isSideways ? [height * half, width * half] : [width * half, height * half];
}

/** Free space round each thing, as a share of the side. */
const gap = 0.015;

/**
 * Puts things where none touches another or the edge; the largest find a place first.
 * @returns in the given order; `undefined` if there is no room for all
 */
export function scatter(draw: Draw, actors: readonly Actor[]): Staged[] | undefined {
  const order = [...actors.keys()].sort((a, b) => longestOf({ actor: actors[b]! }) - longestOf({ actor: actors[a]! }));
  const placed: Staged[] = [];
  for (const id of order) {
    const actor = actors[id]!;
    const [reachX, reachY] = reachOf({ actor });
    let free: Staged | undefined;
    for (let attempt = 0; attempt < 60 && free === undefined; attempt++) {
      const x = draw.between(reachX + gap, 1 - reachX - gap);
      const place = { id, actor, x, y: draw.between(reachY + gap, 1 - reachY - gap) };
      if (placed.every((other) => areApart(place, other))) free = place;
    }
    if (free === undefined) return undefined;
    placed.push(free);
  }
  return placed.sort((a, b) => a.id - b.id);
}

function areApart(a: Staged, b: Staged): boolean {
  const [ax, ay] = reachOf(a);
  const [bx, by] = reachOf(b);
  return Math.abs(a.x - b.x) > ax + bx + gap || Math.abs(a.y - b.y) > ay + by + gap;
}
