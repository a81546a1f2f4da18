import {
  colours,
  isNameOf,
  namesOf,
  rotations,
  sizes,
  type Attributes,
  type ColourName,
  type SizeName,
} from "./attributes.ts";
import { heldOutStyle, trainingStyles, type EmojiStyle } from "../emoji/corpus.ts";
import { standsOut, type BackgroundName } from "./background.ts";
import type { Draw } from "./draw.ts";
import { areRelated, emojiNouns, type Category } from "./nouns.ts";
import type { Description } from "./facts.ts";
import { roles, variants } from "./people.ts";
import { signNoun } from "./noun-book.ts";
import { heldOutIn, type SplitName } from "./split.ts";
import { drawingName, type Atlas } from "./sprites/atlas.ts";
import { penNames, type Pen } from "./sprites/glyphs.ts";
import { materialNames, shapeNames } from "./sprites/shapes.ts";
import type { Sprite } from "./sprites/sprite.ts";
import { makeText } from "./texts.ts";

/** A thing that may appear in scenes: what it is and how it looks. */
export interface Actor {
  readonly noun: string;
  readonly text?: string;
  readonly attributes: Attributes;
  readonly sprite: Sprite;
}

/** From what scenes are made. */
export interface Wardrobe {
  readonly atlas: Atlas;
  readonly split: SplitName;
  /** Share of emoji among things, the others being shapes; 0 to 1. */
  readonly emojiShare: number;
  /** Styles of emoji and whether there are stamps; those that the split does not show are left out. */
  readonly styles: readonly (EmojiStyle | "stamp")[];
}

/** What a thing must be like. */
export interface CastOptions {
  readonly background: BackgroundName;
  /** Nouns that are there already: the new one is related to none. */
  readonly besides?: readonly string[];
  /** Whether it is to show what its split is about, e.g. a held-out combination; has no meaning in training. */
  readonly isNovel?: boolean;
  /** Copies of it that will be there; 1 if absent. */
  readonly count?: number;
  readonly only?: "emoji" | "shape";
  /** Its size; drawn by lot if absent. */
  readonly size?: SizeName;
}

/** Categories whose drawings have an upright position that everyone sees. */
const upright: ReadonlySet<Category> = new Set<Category>(["animal", "vehicle", "building", "furniture"]);
const seenFromAbove: ReadonlySet<string> = new Set(
  "spider ant bee ladybug scorpion crab lobster shrimp squid butterfly snake lizard bat rocket airplane".split(" "),
);

/** More attempts than any split needs: a noun in eight is held out, a combination in eight. */
const attempts = 400;

/** Draws a thing that its split may show. */
export function castThing(draw: Draw, wardrobe: Wardrobe, options: CastOptions): Actor {
  for (let attempt = 0; attempt < attempts; attempt++) {
    const isOfVendor = wardrobe.split === "styles" && options.isNovel;
    const kind = options.only ?? (isOfVendor || draw.chance(wardrobe.emojiShare) ? "emoji" : "shape");
    const actor = kind === "emoji" ? castEmoji(draw, wardrobe, options) : castShape(draw, wardrobe, options);
    if (actor !== undefined && isWanted(actor, wardrobe, options)) return actor;
  }
  throw new Error(`no thing for the split ${wardrobe.split}`);
}

function castEmoji(draw: Draw, { atlas, styles, split }: Wardrobe, options: CastOptions): Actor | undefined {
  const noun = draw.pick(emojiNouns);
  const style = draw.pick(stylesOf(split, styles));
  const name = style === "stamp" ? pickStamp(draw, atlas, noun.name) : drawingName.emoji(noun.name, style);
  const sprite = name === undefined ? undefined : atlas.sprite(name);
  const colour = draw.chance(0.4) ? pickColour(draw, options.background) : undefined;
  const canTurn = upright.has(noun.category) && !seenFromAbove.has(noun.name);
  const rotation = draw.chance(0.8) ? "upright" : draw.pick(namesOf(rotations));
  const size = options.size ?? draw.pick(namesOf(sizes));
  if (sprite === undefined) return undefined;
  const attributes = { size, ...(canTurn && { rotation }), ...(colour && { colour }), style };
  return { noun: noun.name, attributes, sprite };
}

/** Styles that a split shows. */
export function stylesOf(split: SplitName, styles: Wardrobe["styles"]): Wardrobe["styles"] {
  const known: Wardrobe["styles"] = split === "styles" ? [heldOutStyle] : [...trainingStyles, "stamp"];
  return known.filter((style) => styles.includes(style));
}

function pickStamp(draw: Draw, atlas: Atlas, noun: string): string | undefined {
  let count = 0;
  while (atlas.has(drawingName.stamp(noun, count))) count++;
  return count === 0 ? undefined : drawingName.stamp(noun, draw.below(count));
}

function castShape(draw: Draw, { atlas }: Wardrobe, options: CastOptions): Actor | undefined {
  const noun = draw.pick(shapeNames);
  const material = draw.chance(0.5) ? "plain" : draw.pick(materialNames);
  const colour = pickColour(draw, options.background);
  const size = options.size ?? draw.pick(namesOf(sizes));
  const sprite = atlas.sprite(drawingName.shape(noun, material));
  return sprite && { noun, attributes: { size, colour, material, style: "drawn" }, sprite };
}

/** A colour that is well seen before the background. */
export const pickColour = (draw: Draw, background: BackgroundName): ColourName =>
  draw.pick(namesOf(colours).filter((colour) => standsOut(colour, background)));

/** Draws a person. */
export function castPerson(draw: Draw, wardrobe: Wardrobe, options: CastOptions): Actor {
  for (let attempt = 0; attempt < attempts; attempt++) {
    const role = draw.pick(roles).name;
    const [gender, tone] = draw.pick(variants);
    const style = draw.pick(stylesOf(wardrobe.split, wardrobe.styles).filter((style) => style !== "stamp"));
    const sprite = wardrobe.atlas.sprite(drawingName.person(role, gender, tone, style));
    const actor = sprite && { noun: role, attributes: { size: options.size ?? "large", gender, tone, style }, sprite };
    if (actor !== undefined && isWanted(actor, wardrobe, options)) return actor;
  }
  throw new Error(`no person for the split ${wardrobe.split}`);
}

/** Draws a sign with a word on it. */
export function castSign(draw: Draw, wardrobe: Wardrobe, options: CastOptions): Actor {
  for (let attempt = 0; attempt < attempts; attempt++) {
    const text = makeText(draw);
    const pen = draw.pick(penNames);
    const colour = draw.pick(inks);
    const sprite = wardrobe.atlas.word(text, pen);
    const actor = sprite && { noun: signNoun.name, text, attributes: { colour, style: pen }, sprite };
    if (actor !== undefined && isWanted(actor, wardrobe, options)) return actor;
  }
  throw new Error(`no sign for the split ${wardrobe.split}`);
}

/** Colours in which letters are easily read on a pale plate. */
const inks = ["red", "blue", "green", "purple", "brown", "black", "orange"] as const satisfies readonly ColourName[];

/** The same thing with another look: attributes given as undefined are taken away. `undefined` if there is no such drawing. */
export function recast(actor: Actor, change: Attributes & Pick<Description, "noun">, atlas: Atlas): Actor | undefined {
  const noun = change.noun ?? actor.noun;
  const attributes: Attributes = { ...actor.attributes, ...change };
  const sprite = spriteFor({ noun, attributes, ...(actor.text !== undefined && { text: actor.text }) }, atlas);
  const { noun: _, ...kept } = { noun, ...attributes };
  return sprite && { ...actor, noun, attributes: kept, sprite };
}

function spriteFor({ noun, text, attributes }: Omit<Actor, "sprite">, atlas: Atlas): Sprite | undefined {
  const { material, style, gender, tone } = attributes;
  if (text !== undefined) return atlas.word(text, isPen(style) ? style : "bold");
  if (isShape(noun)) return atlas.sprite(drawingName.shape(noun, material ?? "plain"));
  if (style === "stamp") return atlas.sprite(drawingName.stamp(noun, 0));
  if (!isEmojiStyle(style)) return undefined;
  if (gender !== undefined && tone !== undefined) return atlas.sprite(drawingName.person(noun, gender, tone, style));
  return atlas.sprite(drawingName.emoji(noun, style));
}

const isPen = (style: string | undefined): style is Pen => penNames.some((pen) => pen === style);
const isShape = (noun: string): noun is (typeof shapeNames)[number] => shapeNames.some((name) => name === noun);
const isEmojiStyle = (style: string | undefined): style is EmojiStyle =>
  style !== undefined && isNameOf({ noto: 0, "fluent-flat": 0, "fluent-3d": 0, openmoji: 0, twemoji: 0 }, style);

/** Whether a split may show it here: only a thing that is asked to be novel may be held out, and then it must be, in the way of its split. */
function isWanted(
  actor: Actor,
  { split }: Wardrobe,
  { besides = [], isNovel = false, count = 1 }: CastOptions,
): boolean {
  if (besides.some((noun) => noun === actor.noun || areRelated(noun, actor.noun))) return false;
  return isShown(actor, split, isNovel, count);
}

/** Whether what a description names may be shown by a split. @param isNovel whether it is to be what the split is about */
export function isShown(what: Description, split: SplitName, isNovel = false, count = 1): boolean {
  const held = heldOutIn(what, count);
  const isNew = held.some((name) => /^(noun|text) /.test(name));
  if (!isNovel || split === "train" || split === "validation" || split === "styles") return held.length === 0;
  return split === "nouns" ? isNew : held.length > 0 && !isNew;
}
