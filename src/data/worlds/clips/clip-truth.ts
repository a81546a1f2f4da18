import { isNameOf } from "../attributes.ts";
import type { Description, Direction, Fact, Happening, Statement } from "../facts.ts";
import type { Clip, Scene, SceneObject } from "../scene.ts";
import { all, any, matches, truthOf, type Truth } from "../truth.ts";

/** Ways, as shares of the picture's side, from which on a thing clearly moves, and up to which it clearly does not. */
const [clearly, hardly] = [0.15, 0.02];

/** Where one thing is in each frame; `undefined` where it is not. */
export type Track = readonly (SceneObject | undefined)[];

/**
 * Whether every fact of a statement is true of a clip. It is judged by where things are in the frames, not by what the clip was made for.
 * What there is counts if it is there in some frame; relations must hold in every frame.
 */
export const clipTruth = (statement: Statement, clip: Clip): Truth =>
  all(statement.map((fact) => factTruth(fact, clip)));

function factTruth(fact: Fact, clip: Clip): Truth {
  switch (fact.kind) {
    case "there":
    case "background":
      return truthOf([fact], castOf(clip));
    case "relation": {
      const truths = clip.frames.map((frame) => truthOf([fact], frame));
      return truths.every((truth) => truth === truths[0]) ? truths[0]! : "unclear";
    }
    case "moves":
      return any(tracksOf(clip).map((track) => all([fits(fact.what, track), movesTruth(track, fact.direction, clip)])));
    case "happens":
      return clip.violation === undefined ? happensTruth(fact, clip) : "unclear";
    case "before":
      return clip.violation === undefined ? beforeTruth(fact.first, fact.second, clip) : "unclear";
    case "physics":
    default:
      return fact.violation === (clip.violation ?? "none");
  }
}

/** Everything that is there in some frame, as it is where it is first. */
export function castOf(clip: Clip): Scene {
  const objects = tracksOf(clip).map((track) => track.find((object) => object !== undefined)!);
  return { ...clip.frames[0]!, objects, overlaps: [] };
}

/** The track of each thing. */
export function tracksOf({ frames }: Clip): Track[] {
  const ids = [...new Set(frames.flatMap(({ objects }) => objects.map(({ id }) => id)))].sort((a, b) => a - b);
  return ids.map((id) => frames.map(({ objects }) => objects.find((object) => object.id === id)));
}

const fits = (what: Description, track: Track): Truth =>
  matches(
    what,
    track.find((object) => object !== undefined)!,
  );

/** Unit vectors of directions, y downwards. */
const vectors = { left: [-1, 0], right: [1, 0], up: [0, -1], down: [0, 1] } as const;

function movesTruth(track: Track, direction: Direction, { frames: [frame] }: Clip): Truth {
  const seen = track.filter((object) => object !== undefined);
  const ways = seen.map((object) => wayFrom(seen[0]!, object, frame!));
  const farthest = Math.max(...ways.map(([dx, dy]) => Math.hypot(dx, dy)));
  if (!isNameOf(vectors, direction)) return farthest <= hardly ? true : farthest >= clearly ? false : "unclear";
  const [dx, dy] = ways.at(-1)!;
  const [ux, uy] = vectors[direction];
  const along = dx * ux + dy * uy;
  const across = Math.abs(dx * uy) + Math.abs(dy * ux);
  // What moves there and back moves nowhere in the end, and still is not at rest.
  if (along <= hardly) return farthest <= hardly || across >= clearly || along <= -clearly ? false : "unclear";
  return along >= clearly && along >= 2 * across ? true : "unclear";
}

function wayFrom(a: SceneObject, b: SceneObject, { width, height }: Scene): readonly [dx: number, dy: number] {
  const x = b.box.x + b.box.width / 2 - a.box.x - a.box.width / 2;
  const y = b.box.y + b.box.height / 2 - a.box.y - a.box.height / 2;
  return [x / width, y / height];
}

function happensTruth({ what, change }: Happening, clip: Clip): Truth {
  return any(tracksOf(clip).map((track) => all([fits(what, track), timeOf(change, track, clip) !== undefined])));
}

function beforeTruth(first: Happening, second: Happening, clip: Clip): Truth {
  const times = (happening: Happening) =>
    tracksOf(clip).flatMap((track) => {
      const [truth, time] = [fits(happening.what, track), timeOf(happening.change, track, clip)];
      return truth === false || time === undefined ? [] : [{ truth, time }];
    });
  return any(
    times(first).flatMap((a) =>
      times(second).map((b) => all([a.truth, b.truth, a.time === b.time ? "unclear" : a.time < b.time])),
    ),
  );
}

/** The first frame in which the change has come about; `undefined` if it does not. */
export function timeOf(change: Happening["change"], track: Track, { frames: [frame] }: Clip): number | undefined {
  const isThere = track.map((object) => object !== undefined);
  const find = (test: (index: number) => boolean): number | undefined => {
    const found = track.findIndex((_, index) => test(index));
    return found === -1 ? undefined : found;
  };
  switch (change) {
    case "appears":
      return isThere[0] ? undefined : find((index) => isThere[index]!);
    case "vanishes":
      return isThere[0] && !isThere.at(-1) ? find((index) => !isThere[index]) : undefined;
    case "starts to move":
    default: {
      const start = track[0];
      const [second] = track.slice(1);
      if (start === undefined || second === undefined || distance(start, second, frame!) > hardly) return undefined;
      return find((index) => track[index] !== undefined && distance(start, track[index], frame!) > hardly);
    }
  }
}

const distance = (a: SceneObject, b: SceneObject, frame: Scene): number => Math.hypot(...wayFrom(a, b, frame));
