import { attributeNames, colours, materials, namesOf, rotations, type AttributeName } from "./attributes.ts";
import { described, relationFacts, relations, sayable, thereFacts } from "./captions.ts";
import type { Draw } from "./draw.ts";
import type { Description, Relation, RelationFact, Statement, ThereFact } from "./facts.ts";
import { emojiNouns } from "./nouns.ts";
import type { Scene } from "./scene.ts";
import { nounNamed } from "./noun-book.ts";
import { roles } from "./people.ts";
import { shapeNames } from "./sprites/shapes.ts";
import { misspelt } from "./texts.ts";
import { truthOf } from "./truth.ts";

/** How a negative differs from the positive, after SugarCrepe's kinds. @see https://arxiv.org/abs/2306.14610 */
export type NegativeType =
  `${"replace" | "swap" | "add"}-${"object" | "attribute" | "relation" | "count"}` | "replace-text";

/** A statement that is true of a scene, and one that is false of it though it is said in nearly the same words. */
export interface Contrast {
  readonly type: NegativeType;
  readonly positive: Statement;
  readonly negative: Statement;
}

/** Makes a positive and a negative of one type, or none if the scene gives no occasion. */
type Maker = (scene: Scene, draw: Draw) => Omit<Contrast, "type"> | undefined;

/**
 * Contrasts of a scene, at most `limit`, each of another type. Each negative is checked to be false of the scene and each positive to be true:
 * what is unclear is left out.
 * @param isAllowed whether a statement may be said: training must not name what is held out
 * @param types     those that are wanted; all if absent
 */
export function contrastsOf(
  scene: Scene,
  draw: Draw,
  limit: number,
  isAllowed: (statement: Statement) => boolean,
  types: readonly NegativeType[] = namesOf(makers),
): Contrast[] {
  const found: Contrast[] = [];
  for (const type of draw.shuffled(types)) {
    if (found.length === limit) break;
    const pair = makers[type](scene, draw);
    if (pair === undefined || !isAllowed(pair.negative)) continue;
    if (truthOf(pair.positive, scene) === true && truthOf(pair.negative, scene) === false)
      found.push({ type, ...pair });
  }
  return found;
}

const makers: Readonly<Record<NegativeType, Maker>> = {
  "replace-object": (scene, draw) =>
    editThere(scene, draw, (fact) => {
      const noun = otherNoun(draw, scene, fact.what.noun);
      return noun && { ...fact, what: { ...fact.what, noun } };
    }),
  "replace-attribute": (scene, draw) =>
    editThere(scene, draw, (fact) => {
      const name = draw.shuffled(namesIn(fact.what)).find((name) => name in values);
      return (
        name && { ...fact, what: withValue(fact.what, name, otherValue(draw, name, fact.what.attributes?.[name])) }
      );
    }),
  "replace-count": (scene, draw) =>
    editThere(scene, draw, (fact) => (fact.exact ? { ...fact, count: otherCount(draw, fact.count) } : undefined)),
  "replace-text": (scene, draw) =>
    editThere(scene, draw, ({ what, ...fact }) =>
      what.text === undefined ? undefined : { ...fact, what: { ...what, text: misspelt(what.text, draw) } },
    ),
  "replace-relation": (scene, draw) =>
    editRelation(scene, draw, (fact) => ({ ...fact, relation: otherRelation(draw, fact.relation) })),
  "swap-object": (scene, draw) =>
    editRelation(scene, draw, (fact) => ({ ...fact, subject: fact.object, object: fact.subject })),
  "swap-attribute": (scene, draw) =>
    editTwo(scene, draw, (a, b) => {
      const name = draw.shuffled(namesIn(a.what)).find((name) => {
        const [one, other] = [a.what.attributes?.[name], b.what.attributes?.[name]];
        return name in values && other !== undefined && one !== other;
      });
      if (name === undefined) return undefined;
      const [one, other] = [a.what.attributes?.[name], b.what.attributes?.[name]];
      return [
        { ...a, what: withValue(a.what, name, other) },
        { ...b, what: withValue(b.what, name, one) },
      ];
    }),
  "swap-count": (scene, draw) =>
    editTwo(scene, draw, (a, b) => {
      const exact = [
        { ...a, exact: true },
        { ...b, exact: true },
      ] as const;
      return a.count === b.count
        ? undefined
        : [
            { ...exact[0], count: b.count },
            { ...exact[1], count: a.count },
          ];
    }),
  "swap-relation": (scene, draw) => {
    const found = relationFacts(scene, draw, 0.4);
    const [first] = found;
    const second = found.find(
      (other) => other.subject === first?.subject && other.object !== first.object && other.relation !== first.relation,
    );
    if (first === undefined || second === undefined) return undefined;
    const swapped = [
      { ...first, relation: second.relation },
      { ...second, relation: first.relation },
    ];
    return { positive: [first, second], negative: swapped };
  },
  "add-object": (scene, draw) => {
    const positive = someThere(scene, draw);
    const noun = otherNoun(draw, scene, positive[0]?.what.noun);
    return noun === undefined
      ? undefined
      : { positive, negative: [...positive, { kind: "there", what: { noun }, count: 1, exact: false }] };
  },
  "add-attribute": (scene, draw) => {
    const object = draw.pick(scene.objects);
    const name = draw.shuffled(sayable(object)).find((name) => name in values);
    if (name === undefined) return undefined;
    const fact = { kind: "there", what: described(object, []), count: 1, exact: false } as const;
    const what = withValue(fact.what, name, otherValue(draw, name, object.attributes[name]));
    return { positive: [fact], negative: [{ ...fact, what }] };
  },
  "add-relation": (scene, draw) => {
    const [fact] = relationFacts(scene, draw, 0.3);
    if (fact === undefined) return undefined;
    const there = [fact.subject, fact.object].map((what) => ({ kind: "there", what, count: 1, exact: false }) as const);
    return { positive: there, negative: [...there, { ...fact, relation: otherRelation(draw, fact.relation) }] };
  },
  "add-count": (scene, draw) => {
    const many = thereFacts(scene, draw, 0.5).find(({ count }) => count > 1);
    if (many === undefined) return undefined;
    return {
      positive: [{ ...many, count: 2, exact: false }],
      negative: [{ ...many, count: otherCount(draw, many.count), exact: true }],
    };
  },
};

/** Attributes whose values negatives exchange, with the values that they take. */
const values = {
  colour: namesOf(colours),
  size: ["small", "large"],
  material: namesOf(materials),
  rotation: namesOf(rotations),
  gender: ["woman", "man"],
} as const;

/** One or two of the facts about what there is. */
const someThere = (scene: Scene, draw: Draw): ThereFact[] =>
  draw.shuffled(thereFacts(scene, draw, 0.7)).slice(0, draw.whole(1, 2));

function editThere(scene: Scene, draw: Draw, edit: (fact: ThereFact) => ThereFact | "" | undefined): ReturnType<Maker> {
  const positive = someThere(scene, draw);
  for (const [index, fact] of positive.entries()) {
    const edited = edit(fact);
    if (edited) return { positive, negative: positive.with(index, edited) };
  }
  return undefined;
}

function editTwo(
  scene: Scene,
  draw: Draw,
  edit: (a: ThereFact, b: ThereFact) => readonly [ThereFact, ThereFact] | undefined,
): ReturnType<Maker> {
  const [a, b] = draw.shuffled(thereFacts(scene, draw, 0.9));
  const negative = a && b && edit(a, b);
  return negative && { positive: [a, b], negative };
}

function editRelation(scene: Scene, draw: Draw, edit: (fact: RelationFact) => RelationFact): ReturnType<Maker> {
  const [fact] = relationFacts(scene, draw, 0.5);
  return fact && { positive: [fact], negative: [edit(fact)] };
}

const namesIn = ({ attributes = {} }: Description): AttributeName[] =>
  attributeNames.filter((name) => attributes[name] !== undefined);

const withValue = (what: Description, name: AttributeName, value: string | undefined): Description => ({
  ...what,
  attributes: { ...what.attributes, [name]: value },
});

function otherValue(draw: Draw, name: AttributeName, value: string | undefined): string | undefined {
  const known: readonly string[] = name === "tone" || name === "style" ? [] : values[name];
  const others = known.filter((other) => other !== value);
  return others.length === 0 ? undefined : draw.pick(others);
}

/** A noun of the same kind that the scene does not have; none for a sign, which is like nothing else. */
function otherNoun(draw: Draw, { objects }: Scene, noun: string | undefined): string | undefined {
  const { category } = nounNamed(noun);
  if (category === "text") return undefined;
  const known = category === "person" ? roleNames : category === "shape" ? shapeNames : emojiNames;
  return draw.pick(known.filter((name) => objects.every(({ noun }) => noun !== name)));
}

const emojiNames: readonly string[] = emojiNouns.map(({ name }) => name);
const roleNames: readonly string[] = roles.map(({ name }) => name);

/** One or two more or fewer, not below one. */
const otherCount = (draw: Draw, count: number): number =>
  draw.pick([count - 2, count - 1, count + 1, count + 2].filter((other) => other > 0 && other !== count));

/** Another relation of the same sort: beside each other, or one in front of the other. */
function otherRelation(draw: Draw, relation: Relation): Relation {
  const isDepth = (one: Relation): boolean => one === "front" || one === "behind";
  return draw.pick(relations.filter((other) => other !== relation && isDepth(other) === isDepth(relation)));
}
