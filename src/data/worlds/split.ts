import { fold, key, uniform } from "../../engine/random.ts";
import { heldOutStyle } from "../emoji/corpus.ts";
import type { AttributeName } from "./attributes.ts";
import { descriptionsIn, type Description, type Fact, type Statement } from "./facts.ts";
import type { Scene } from "./scene.ts";

/**
 * Parts of a world. `train` and `validation` show the same nouns, combinations and styles in other scenes; each of the others is a test that has
 * something in every scene which training never shows: a noun (or word), a combination of things that are each known (a red circle, three dogs), or the
 * hand of a vendor.
 */
export type SplitName = "train" | "validation" | "nouns" | "combinations" | "styles";

/** All splits. */
export const splitNames: readonly SplitName[] = ["train", "validation", "nouns", "combinations", "styles"];

/** Shares that are held out. A stable hash of names decides, not the seed: no two worlds disagree about what is held out. */
const [nounShare, combinationShare] = [0.12, 0.12];

function isHeld(purpose: string, name: string, share: number): boolean {
  const id = `${purpose} ${name}`;
  const held = decided.get(id) ?? uniform(fold(key(0), "world held out", purpose, name), 1)[0]! < share;
  decided.set(id, held);
  return held;
}
/** Decisions so far: each is asked for thousands of times. */
const decided = new Map<string, boolean>();

/** Things whose attributes are combined with each other and held out: what may be learnt apart and put together. */
const combined: readonly AttributeName[] = ["colour", "material"];

/** Signs, and the stage of clips about physics: they are the frame in which the rest is shown. */
const common: ReadonlySet<string> = new Set(["sign", "wall", "shelf", "ball"]);

/** Whether training never shows this noun, in drawing or in words. */
export const isHeldOutNoun = (noun: string): boolean => !common.has(noun) && isHeld("noun", noun, nounShare);

/** Whether training never writes this on a sign. */
export const isHeldOutText = (text: string): boolean => isHeld("text", text, nounShare);

/**
 * Whether training never shows this noun with this value: a colour, a material, a `count` of two and more. Genders and skin tones are never held out with
 * roles: leaving one out would plant the very bias that contrast pairs are there to measure.
 */
export const isHeldOutCombination = (attribute: string, value: string, noun: string): boolean =>
  isHeld("combination", `${attribute} ${value} ${noun}`, combinationShare);

/** The held-out nouns, texts and combinations that a description, said of `count` things, names. Empty if training may say it. */
export function heldOutIn({ noun, text, attributes = {} }: Description, count = 1): string[] {
  const found: string[] = [];
  if (text !== undefined && isHeldOutText(text)) found.push(`text ${text}`);
  if (noun === undefined) return found;
  if (isHeldOutNoun(noun)) found.push(`noun ${noun}`);
  const values = [
    ...combined.map((name) => [name, attributes[name]] as const),
    ["count", count > 1 ? String(count) : undefined] as const,
  ];
  for (const [name, value] of values) {
    if (value !== undefined && isHeldOutCombination(name, value, noun)) found.push(`${name} ${value} ${noun}`);
  }
  return found;
}

/** What a statement names that is held out. */
export const heldOutInStatement = (statement: Statement): string[] => statement.flatMap(heldOutInFact);

function heldOutInFact(fact: Fact): string[] {
  if (fact.kind === "there") return heldOutIn(fact.what, fact.exact ? fact.count : 1);
  return descriptionsIn(fact).flatMap((what) => heldOutIn(what));
}

/** What a scene shows that is held out: of its things one by one, and of the number of each noun. */
export function heldOutInScene({ objects }: Scene): string[] {
  const nouns = [...new Set(objects.map(({ noun }) => noun))];
  return [
    ...objects.flatMap((object) => heldOutIn(object)),
    ...nouns.flatMap((noun) => {
      const count = objects.filter((object) => object.noun === noun).length;
      return count > 1 && isHeldOutCombination("count", String(count), noun) ? [`count ${count} ${noun}`] : [];
    }),
  ];
}

/** Whether a scene belongs into a split: training shows nothing that is held out, each test shows what it tests in every scene. */
export function belongsTo(split: SplitName, scene: Scene): boolean {
  const held = heldOutInScene(scene);
  const isNew = held.some((name) => /^(noun|text) /.test(name));
  switch (split) {
    case "train":
    case "validation":
      return held.length === 0;
    case "nouns":
      return isNew;
    case "combinations":
      return held.length > 0 && !isNew;
    case "styles":
    default:
      return held.length === 0 && scene.objects.some(({ attributes }) => attributes.style === heldOutStyle);
  }
}
