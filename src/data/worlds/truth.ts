import { attributeNames, namesOf, tones, type AttributeName, type Attributes } from "./attributes.ts";
import type { Description, Fact, Relation, RelationFact, Statement, ThereFact } from "./facts.ts";
import { areRelated } from "./nouns.ts";
import type { Scene, SceneObject } from "./scene.ts";

/** What can be said of a statement: `unclear` where people might disagree, e.g. whether what lies a little to the left lies to the left. */
export type Truth = boolean | "unclear";

/** Distances of centres from which on "left of" and its like are clearly true, and up to which they are clearly false; shares of the side. */
const [clearly, hardly] = [0.15, 0.04];

/** Share of a thing that must be hidden for another to be in front of it beyond doubt. */
const clearlyHidden = 0.08;

/** Colours of which, painted with shades, one may be taken for the other. */
const alikeColours = ["grey black", "grey white", "brown orange"];

/** Whether every fact of a statement about one picture is true of it. Facts about motion are for `clipTruth` (clips/clip-truth.ts): here they are unclear. */
export const truthOf = (statement: Statement, scene: Scene): Truth =>
  all(statement.map((fact) => factTruth(fact, scene)));

function factTruth(fact: Fact, scene: Scene): Truth {
  switch (fact.kind) {
    case "there":
      return thereTruth(fact, scene);
    case "relation":
      return relationTruth(fact, scene);
    case "background":
      return fact.name === scene.background;
    case "moves":
    case "happens":
    case "before":
    case "physics":
    default:
      return "unclear";
  }
}

function thereTruth({ what, count, exact }: ThereFact, { objects }: Scene): Truth {
  const { certain, possible } = countMatches(what, objects);
  if (exact) return certain === possible ? certain === count : count < certain || count > possible ? false : "unclear";
  return certain >= count ? true : possible < count ? false : "unclear";
}

/** How many things a description fits for certain, and how many it may fit at most. */
export function countMatches(
  what: Description,
  objects: readonly SceneObject[],
): { readonly certain: number; readonly possible: number } {
  const truths = objects.map((object) => matches(what, object));
  const certain = truths.filter((truth) => truth === true).length;
  return { certain, possible: certain + truths.filter((truth) => truth === "unclear").length };
}

function relationTruth({ subject, relation, object }: RelationFact, scene: Scene): Truth {
  const pairs = scene.objects.flatMap((a) => scene.objects.filter((b) => b !== a).map((b) => [a, b] as const));
  return any(pairs.map(([a, b]) => all([matches(subject, a), matches(object, b), liesTo(a, relation, b, scene)])));
}

/** Whether one thing of a scene lies so to another. */
export function liesTo(a: SceneObject, relation: Relation, b: SceneObject, scene: Scene): Truth {
  switch (relation) {
    case "front":
      return isInFront(a, b, scene);
    case "behind":
      return isInFront(b, a, scene);
    case "left":
    case "above":
      return isBefore(a, b, relation, scene);
    case "right":
      return isBefore(b, a, "left", scene);
    case "below":
    default:
      return isBefore(b, a, "above", scene);
  }
}

function isBefore(a: SceneObject, b: SceneObject, relation: "left" | "above", { width, height }: Scene): Truth {
  const dx = (centre(b).x - centre(a).x) / width;
  const dy = (centre(b).y - centre(a).y) / height;
  const [along, across] = relation === "left" ? [dx, dy] : [dy, dx];
  if (along <= hardly) return false;
  return along >= clearly && along >= Math.abs(across) / 2 ? true : "unclear";
}

const centre = ({ box }: SceneObject) => ({ x: box.x + box.width / 2, y: box.y + box.height / 2 });

function isInFront(a: SceneObject, b: SceneObject, { overlaps }: Scene): Truth {
  if (overlaps.some(({ front, behind }) => front === b.id && behind === a.id)) return false;
  const hidden = overlaps.find(({ front, behind }) => front === a.id && behind === b.id);
  if (hidden === undefined) return false;
  return hidden.share >= clearlyHidden ? true : "unclear";
}

/** Whether a description fits a thing. */
export function matches({ noun, text, attributes = {} }: Description, object: SceneObject): Truth {
  return all([
    noun === undefined || noun === object.noun ? true : areRelated(noun, object.noun) ? "unclear" : false,
    text === undefined || text === object.text,
    ...attributeNames.map((name) => attributeTruth(name, attributes[name], object.attributes)),
  ]);
}

function attributeTruth(name: AttributeName, wanted: string | undefined, attributes: Attributes): Truth {
  const found = attributes[name];
  if (wanted === undefined || wanted === found) return true;
  if (found === undefined) return "unclear";
  return canPassFor[name]?.(wanted, found) ? "unclear" : false;
}

/** Different values of an attribute that nobody would call wrong for certain. */
const canPassFor: Readonly<Partial<Record<AttributeName, (a: string, b: string) => boolean>>> = {
  size: (a, b) => a === "medium" || b === "medium",
  colour: (a, b) => alikeColours.includes(`${a} ${b}`) || alikeColours.includes(`${b} ${a}`),
  gender: (a, b) => a === "person" || b === "person",
  tone: (a, b) => Math.abs(toneOrder.indexOf(a) - toneOrder.indexOf(b)) === 1,
};

const toneOrder: readonly string[] = namesOf(tones);

/** Conjunction: false if one is false, else unclear if one is unclear (Kleene's three-valued logic). */
export const all = (truths: readonly Truth[]): Truth =>
  truths.includes(false) ? false : truths.includes("unclear") ? "unclear" : true;

/** Disjunction: true if one is true, else unclear if one is unclear. */
export const any = (truths: readonly Truth[]): Truth =>
  truths.includes(true) ? true : truths.includes("unclear") ? "unclear" : false;
