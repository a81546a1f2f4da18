import { colours, genders, materials, namesOf, rotations, sizes, tones, type Attributes } from "../attributes.ts";
import { backgroundNames, standsOut } from "../background.ts";
import {
  castPerson,
  castThing,
  isShown,
  recast,
  stylesOf,
  type Actor,
  type CastOptions,
  type Wardrobe,
} from "../cast.ts";
import type { Draw } from "../draw.ts";
import { areRelated, emojiNouns } from "../nouns.ts";
import { shapeNames } from "../sprites/shapes.ts";
import type { Draft } from "../stage.ts";

/** What a series changes while all else stays to the pixel, as PUG does. @see https://arxiv.org/abs/2308.03977 */
export type Factor =
  "background" | "noun" | "colour" | "size" | "material" | "rotation" | "style" | "place" | "gender" | "tone";

/** All factors; the last two are of people and make contrast pairs. */
export const factors: readonly Factor[] = [
  "background",
  "noun",
  "colour",
  "size",
  "material",
  "rotation",
  "style",
  "place",
  "gender",
  "tone",
];

/** Scenes that differ in one factor. */
export interface Series {
  readonly factor: Factor;
  readonly steps: readonly { readonly value: string; readonly draft: Draft }[];
}

/** Places of the factor `place`: shares of the picture's side. */
const places = {
  left: [0.25, 0.5],
  right: [0.75, 0.5],
  top: [0.5, 0.25],
  bottom: [0.5, 0.75],
  centre: [0.5, 0.5],
} as const;

/** Makes a series of at most `most` scenes; `undefined` if this attempt found fewer than two. */
export function makeSeries(draw: Draw, wardrobe: Wardrobe, factor: Factor, most: number): Series | undefined {
  const background = draw.pick(backgroundNames);
  const isOfPeople = factor === "gender" || factor === "tone";
  const only: CastOptions["only"] =
    factor === "material" ? "shape" : factor === "rotation" || factor === "style" ? "emoji" : undefined;
  const options: CastOptions = { background, isNovel: true, size: "large", ...(only && { only }) };
  const actor = isOfPeople ? castPerson(draw, wardrobe, options) : castThing(draw, wardrobe, options);
  const [x, y] = draw.pick(Object.values(places));
  const base: Draft = { background, things: [{ id: 0, actor, x, y }] };
  const steps = draw.shuffled(variantsOf(factor, base, actor, wardrobe)).slice(0, most);
  return steps.length < 2 ? undefined : { factor, steps };
}

function variantsOf(factor: Factor, base: Draft, actor: Actor, wardrobe: Wardrobe): Series["steps"] {
  const [thing] = base.things;
  const { colour } = actor.attributes;
  const isSeen = (name: keyof typeof colours): boolean => standsOut(name, base.background);
  const withActor = (other: Actor): Draft => ({ ...base, things: [{ ...thing!, actor: other }] });
  const looks = (changes: readonly (readonly [value: string, change: Attributes & { noun?: string }])[]) =>
    distinct(changes.map(([value, change]) => [value, recast(actor, change, wardrobe.atlas)] as const))
      .filter(([, other]) => isShown(other, wardrobe.split) || isShown(other, wardrobe.split, true))
      .map(([value, other]) => ({ value, draft: withActor(other) }));
  switch (factor) {
    case "background":
      return backgroundNames
        .filter((name) => colour === undefined || standsOut(colour, name))
        .map((background) => ({ value: background, draft: { ...base, background } }));
    case "place":
      return namesOf(places).map((value) => {
        const [x, y] = places[value];
        return { value, draft: { ...base, things: [{ ...thing!, x, y }] } };
      });
    case "noun": {
      const nouns: readonly string[] =
        actor.attributes.style === "drawn" ? shapeNames : emojiNouns.map(({ name }) => name);
      return looks(
        unrelated(nouns, actor.noun).map((noun) => [
          noun,
          { noun, ...(actor.attributes.rotation && { rotation: "upright" }) },
        ]),
      );
    }
    case "colour":
      return looks(
        namesOf(colours)
          .filter(isSeen)
          .map((colour) => [colour, { colour }]),
      );
    case "size":
      return looks(namesOf(sizes).map((size) => [size, { size }]));
    case "material":
      return looks(namesOf(materials).map((material) => [material, { material }]));
    case "rotation":
      return actor.attributes.rotation === undefined
        ? []
        : looks(namesOf(rotations).map((rotation) => [rotation, { rotation }]));
    case "style":
      return looks(stylesOf(wardrobe.split, wardrobe.styles).map((style) => [style, { style }]));
    case "gender":
      return looks(namesOf(genders).map((gender) => [gender, { gender }]));
    case "tone":
    default:
      return looks(namesOf(tones).map((tone) => [tone, { tone }]));
  }
}

/** Those that have a drawing, and one that no other before them has: some vendors draw a man and a person alike. */
function distinct(found: readonly (readonly [string, Actor | undefined])[]): (readonly [string, Actor])[] {
  const kept: (readonly [string, Actor])[] = [];
  for (const [value, actor] of found) {
    if (actor !== undefined && !kept.some(([, other]) => looksLike(actor, other))) kept.push([value, actor]);
  }
  return kept;
}

function looksLike(a: Actor, b: Actor): boolean {
  const isPainted = ["colour", "size", "rotation"] as const;
  if (isPainted.some((name) => a.attributes[name] !== b.attributes[name])) return false;
  const [one, other] = [a.sprite.levels[0]!.data, b.sprite.levels[0]!.data];
  return one.length === other.length && one.every((byte, at) => byte === other[at]);
}

/** The noun itself, and others of which none is related to one before. */
function unrelated(nouns: readonly string[], first: string): string[] {
  const kept = [first];
  for (const noun of nouns) {
    if (kept.every((other) => noun !== other && !areRelated(noun, other))) kept.push(noun);
  }
  return kept;
}
