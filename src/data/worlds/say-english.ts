import { colours, genders, materials, rotations, sizes, tones } from "./attributes.ts";
import { backgrounds } from "./background.ts";
import {
  factsOf,
  type Description,
  type Direction,
  type Fact,
  type Happening,
  type Relation,
  type Statement,
} from "./facts.ts";
import type { Violation } from "./scene.ts";
import { styleWords } from "./styles.ts";
import { nounNamed } from "./noun-book.ts";

/** How a statement is worded. */
export type Form = "phrase" | "sentence" | "paragraph";

const numbers = ["no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"];

/** Number words up to ten, digits above. */
export const numberWord = (count: number): string => numbers[count] ?? String(count);

/** Relations in words. */
export const relationWords: Readonly<Record<Relation, string>> = {
  left: "to the left of",
  right: "to the right of",
  above: "above",
  below: "below",
  front: "in front of",
  behind: "behind",
};

const directionWords: Readonly<Record<Direction, string>> = {
  left: "moves to the left",
  right: "moves to the right",
  up: "moves up",
  down: "moves down",
  nowhere: "stays where it is",
};

const violationWords: Readonly<Record<Violation | "none", string>> = {
  none: "everything moves as in the real world",
  "floats-in-the-air": "something stops in the air with nothing below it",
  "falls-upwards": "something falls upwards",
  "passes-through": "something passes through a solid thing",
  "never-comes-out": "something goes behind a wall and never comes out",
  "comes-out-changed": "something goes behind a wall and another thing comes out",
  jumps: "something jumps from one place to another at once",
};

/** Says a statement in English. `wording` chooses among openings; the same number gives the same words, so that texts differ only where facts do. */
export function sayEnglish(statement: Statement, form: Form, wording: number): string {
  const there = factsOf(statement, "there");
  const [background] = factsOf(statement, "background");
  const place = background === undefined ? "" : ` ${backgrounds[background.name].en}`;
  const others = statement.filter(({ kind }) => kind !== "there" && kind !== "background");
  const list = join(there.map(({ what, count, exact }) => counted(what, count, exact)));
  const isPlural = (there[0]?.count ?? 0) !== 1;
  if (form === "phrase") {
    const clauses = others.map((fact) => clause(fact, there.length > 0 ? "the" : "a", true));
    return [...(list === "" ? [] : [`${list}${place}`]), ...clauses].join(", ") + (list === "" ? place : "");
  }
  const openings = [
    `There ${isPlural ? "are" : "is"} ${list}`,
    `The picture shows ${list}`,
    `A picture of ${list}`,
    `Here ${isPlural ? "are" : "is"} ${list}`,
  ];
  const sentences = list === "" ? [] : [`${openings[wording % openings.length]!}${place}`];
  if (form === "paragraph" && sentences.length > 0) {
    sentences.splice(
      0,
      1,
      ...spread(
        there.map(({ what, count, exact }) => [counted(what, count, exact), count]),
        place,
      ),
    );
  }
  sentences.push(
    ...others.map(
      (fact, index) => clause(fact, there.length > 0 ? "the" : "a", false) + (list === "" && index === 0 ? place : ""),
    ),
  );
  if (sentences.length === 0) sentences.push(`The picture was made${place}`);
  return sentences.map((sentence) => `${capital(sentence)}.`).join(" ");
}

/** A sentence for every two or three kinds of things. */
function spread(items: readonly (readonly [phrase: string, count: number])[], place: string): string[] {
  const openings = [
    "This is a drawing of",
    "There is also",
    "Besides, one sees",
    "Moreover there is",
    "Finally there is",
  ];
  const sentences: string[] = [];
  for (let at = 0; at < items.length; at += 2) {
    const part = items.slice(at, at + 2);
    const opening = openings[Math.min(at / 2, openings.length - 1)]!;
    const verb =
      part[0]![1] === 1 ? opening : opening.replace("there is", "there are").replace("There is", "There are");
    sentences.push(`${verb} ${join(part.map(([phrase]) => phrase))}${at === 0 ? place : ""}`);
  }
  return sentences;
}

/** A fact that is no list of things, as a clause or (`short`) without its verb where it can go. */
function clause(fact: Fact, article: "a" | "the", short: boolean): string {
  const named = (what: Description): string => singular(what, article);
  switch (fact.kind) {
    case "relation":
      return `${named(fact.subject)} ${short ? "" : "is "}${relationWords[fact.relation]} ${named(fact.object)}`;
    case "moves":
      return `${named(fact.what)} ${directionWords[fact.direction]}`;
    case "happens":
      return happening(fact, named);
    case "before":
      return `first ${happening(fact.first, named)}, then ${happening(fact.second, named)}`;
    case "physics":
      return violationWords[fact.violation];
    case "there":
    case "background":
    default:
      return "";
  }
}

const happening = ({ what, change }: Happening, named: (what: Description) => string): string =>
  `${named(what)} ${change}`;

/** "two large red circles"; "a dog" or "dogs" where the number is not exact. */
function counted(what: Description, count: number, exact: boolean): string {
  if (count === 1) return exact ? `just one ${words(what, false)}` : singular(what, "a");
  return `${exact ? numberWord(count) : "some"} ${words(what, true)}`;
}

/** "a large red circle" or "the large red circle". */
export function singular(what: Description, article: "a" | "the"): string {
  const phrase = words(what, false);
  return article === "the" ? `the ${phrase}` : `${indefinite(phrase)} ${phrase}`;
}

/** A description without article or number. */
export function words({ noun, text, attributes = {} }: Description, isPlural: boolean): string {
  const { size, rotation, colour, material, gender, tone, style } = attributes;
  const before = [
    size && sizes[size].en,
    rotation && rotations[rotation].en,
    colour && colours[colour].en,
    material && materials[material].en,
    gender && genders[gender].en,
  ].filter((word) => word !== undefined && word !== "");
  const entry = nounNamed(noun);
  const name = isPlural ? entry.plural : entry.name;
  const after = [
    tone && `with ${tones[tone].en}`,
    text !== undefined && `that ${isPlural ? "say" : "says"} "${text}"`,
    style && styleWords(style).en,
  ].filter((phrase) => typeof phrase === "string");
  return [...before, name, ...after].join(" ");
}

/** "a" or "an", by sound as far as spelling tells it. */
function indefinite(phrase: string): "a" | "an" {
  return /^(?:[aeio]|u(?!ni|se|ku))/i.test(phrase) ? "an" : "a";
}

/** "a, b and c". */
function join(items: readonly string[]): string {
  return items.length < 2 ? (items[0] ?? "") : `${items.slice(0, -1).join(", ")} and ${items.at(-1)!}`;
}

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);
