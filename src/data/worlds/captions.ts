import { groupBy } from "../group-by.ts";
import type { Attributes, AttributeName } from "./attributes.ts";
import type { Draw } from "./draw.ts";
import type { Description, Fact, Relation, RelationFact, Statement, ThereFact } from "./facts.ts";
import { say, type Language } from "./say.ts";
import type { Form } from "./say-english.ts";
import type { Scene, SceneObject } from "./scene.ts";
import { countMatches, liesTo, truthOf } from "./truth.ts";

/** A text, and what it claims. */
export interface Said {
  readonly text: string;
  readonly language: Language;
  readonly statement: Statement;
}

/** Which values are said: a medium size, a plain surface, an upright position and an open gender go without saying. */
const unsaid: ReadonlySet<string> = new Set(["medium", "plain", "upright", "person"]);

/** Attributes worth saying of an object, as a description may carry them. */
export function sayable({ attributes }: SceneObject): AttributeName[] {
  const { size, rotation, colour, material, gender, tone, style } = attributes;
  const known = { size, rotation, colour, material, gender, tone, style };
  const isSaid = (name: keyof typeof known): boolean => {
    const value = known[name];
    // A tone named "medium" is a value like others, and all shapes are drawn alike.
    return value !== undefined && (name === "tone" || !unsaid.has(value)) && value !== "drawn";
  };
  return (["size", "rotation", "colour", "material", "gender", "tone", "style"] as const).filter(isSaid);
}

/** The object by its name and these of its attributes, and by what is written on it. */
export function described(
  { noun, text, attributes }: SceneObject,
  names: readonly AttributeName[],
  isRead = true,
): Description {
  const chosen: Attributes = Object.fromEntries(names.map((name) => [name, attributes[name]]));
  return { noun, ...(text !== undefined && isRead && { text }), ...(names.length > 0 && { attributes: chosen }) };
}

/** Some of the attributes worth saying: each with a probability, the style with a tenth of it. */
const someAttributes = (draw: Draw, object: SceneObject, probability: number): AttributeName[] =>
  sayable(object).filter((name) => draw.chance(name === "style" ? probability / 10 : probability));

/** What things there are: one fact for each noun, or for each colour of it. */
export function thereFacts(scene: Scene, draw: Draw, probability: number): ThereFact[] {
  return [...groupBy(scene.objects, ({ noun }) => noun).values()].map((group): ThereFact => {
    const [first] = group;
    // Of several things those attributes are told that they share.
    const names = someAttributes(draw, first!, probability).filter((name) =>
      group.every(({ attributes }) => attributes[name] === first!.attributes[name]),
    );
    const many = group.length > 1;
    const texts = new Set(group.map(({ text }) => text));
    return { kind: "there", what: described(first!, names, texts.size === 1), count: group.length, exact: many };
  });
}

/** Relations that clearly hold between things that are each the only one of their description. */
export function relationFacts(scene: Scene, draw: Draw, probability: number): RelationFact[] {
  const single = scene.objects
    .map((object) => ({ object, what: described(object, someAttributes(draw, object, probability)) }))
    .filter(({ what }) => countMatches(what, scene.objects).possible === 1);
  const found: RelationFact[] = [];
  for (const a of single) {
    for (const b of single) {
      if (a === b) continue;
      const holding = relations.filter((relation) => liesTo(a.object, relation, b.object, scene) === true);
      // What hides a part of another is in front of it, wherever its centre is.
      const depth = holding.find((relation) => relation === "front" || relation === "behind");
      for (const relation of depth === undefined ? holding : [depth]) {
        found.push({ kind: "relation", subject: a.what, relation, object: b.what });
      }
    }
  }
  return draw.shuffled(found);
}

/** All relations. */
export const relations: readonly Relation[] = ["left", "right", "above", "below", "front", "behind"];

/** Captions of a scene, from three words to a paragraph, each true of it, in each language. */
export function captionsOf(scene: Scene, draw: Draw, languages: readonly Language[]): Said[] {
  const background: Fact = { kind: "background", name: scene.background };
  const relation = relationFacts(scene, draw, 0.5);
  const plans: readonly (readonly [Form, Statement])[] = [
    ["phrase", shortFacts(scene, draw, relation)],
    [
      "sentence",
      [
        ...thereFacts(scene, draw, 0.6),
        ...(draw.chance(0.5) ? [background] : []),
        ...(draw.chance(0.3) ? relation.slice(0, 1) : []),
      ],
    ],
    ["paragraph", [...thereFacts(scene, draw, 0.95), background, ...distinctPairs(relation).slice(0, 3)]],
  ];
  const wording = draw.below(12);
  return plans.flatMap(([form, facts]) => {
    const statement = facts.filter((fact) => truthOf([fact], scene) === true);
    return languages.map((language) => ({ text: say(statement, form, language, wording), language, statement }));
  });
}

/** One or two things or one relation, in three words at least. */
function shortFacts(scene: Scene, draw: Draw, relation: readonly RelationFact[]): Statement {
  if (relation.length > 0 && draw.chance(0.4)) return relation.slice(0, 1);
  const there = draw.shuffled(thereFacts(scene, draw, 0.5)).slice(0, draw.whole(1, 2));
  const [only] = there;
  if (there.length > 1 || only === undefined || only.what.attributes !== undefined || only.what.text !== undefined)
    return there;
  const object = scene.objects.find(({ noun }) => noun === only.what.noun)!;
  const [name] = sayable(object).filter((name) => name !== "style");
  if (only.exact) return [only, { kind: "background", name: scene.background }]; // "two dogs in a meadow"
  if (name === undefined) return [{ ...only, exact: true }]; // "just one dog"
  return [{ ...only, what: described(object, [name]) }];
}

/** Of relations, the first between each two nouns. */
function distinctPairs(found: readonly RelationFact[]): RelationFact[] {
  const name = ({ noun = "", text = "" }: Description): string => noun + text;
  const byPair = groupBy(found, ({ subject, object }) => [name(subject), name(object)].sort().join("\n"));
  return [...byPair.values()].map(([first]) => first!);
}
