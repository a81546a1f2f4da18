import { described, sayable, thereFacts, type Said } from "../captions.ts";
import type { Draw } from "../draw.ts";
import type { Description, Direction, Fact, FactOf, Happening, Statement } from "../facts.ts";
import type { Question } from "../questions.ts";
import { say, type Language } from "../say.ts";
import { singular } from "../say-english.ts";
import { koreanWords, subject, topic } from "../say-korean.ts";
import type { Clip } from "../scene.ts";
import { countMatches } from "../truth.ts";
import { castOf, clipTruth } from "./clip-truth.ts";

const directions: readonly Direction[] = ["left", "right", "up", "down", "nowhere"];
const changes: readonly Happening["change"][] = ["appears", "vanishes", "starts to move"];

const laws: readonly FactOf<"physics">["violation"][] = [
  "none",
  "floats-in-the-air",
  "falls-upwards",
  "passes-through",
  "never-comes-out",
  "comes-out-changed",
  "jumps",
];

/** How a negative of a clip differs from the positive. */
export type ClipNegativeType = "replace-motion" | "swap-motion" | "replace-change" | "swap-order" | "replace-physics";

/** A statement that is true of a clip, and one that is false. */
export interface ClipContrast {
  readonly type: ClipNegativeType;
  readonly positive: Statement;
  readonly negative: Statement;
}

/**
 * All that happens in a clip and can be said without doubt, of things that are each the only one of their description.
 * @param isPhysics whether it is said that the laws of physics hold, or how they are broken
 */
export function clipFacts(clip: Clip, draw: Draw, isPhysics: boolean): Fact[] {
  const cast = castOf(clip);
  const whats = cast.objects
    .filter(({ noun }) => noun !== "wall" && noun !== "shelf")
    .map((object) =>
      described(
        object,
        sayable(object).filter((name) => name !== "style" && draw.chance(0.6)),
      ),
    )
    .filter((what) => countMatches(what, cast.objects).possible === 1);
  const happenings = whats.flatMap((what) => changes.map((change): Happening => ({ what, change })));
  const facts: Fact[] = [
    ...happenings.flatMap((first) =>
      happenings
        .filter((second) => second.what !== first.what)
        .map((second): Fact => ({ kind: "before", first, second })),
    ),
    ...happenings.map((happening): Fact => ({ kind: "happens", ...happening })),
    ...whats.flatMap((what) => directions.map((direction): Fact => ({ kind: "moves", what, direction }))),
    ...(isPhysics ? [{ kind: "physics", violation: clip.violation ?? "none" } as const] : []),
  ];
  return facts.filter((fact) => clipTruth([fact], clip) === true);
}

/** Captions of a clip, each true of it, in each language. */
export function clipCaptions(clip: Clip, facts: readonly Fact[], draw: Draw, languages: readonly Language[]): Said[] {
  const main = facts.filter(({ kind }) => kind !== "happens").slice(0, 3);
  const told = main.length > 0 ? main : facts.slice(0, 2);
  const background: Fact = { kind: "background", name: clip.frames[0]!.background };
  const there = thereFacts(castOf(clip), draw, 0.9);
  const plans = [
    ["phrase", told.slice(0, 1)],
    ["sentence", told.slice(0, 2)],
    ["paragraph", [...there, background, ...told]],
  ] as const;
  const wording = draw.below(12);
  return plans
    .filter(([, statement]) => statement.length > 0)
    .flatMap(([form, statement]) =>
      languages.map((language) => ({ text: say(statement, form, language, wording), language, statement })),
    );
}

/** Contrasts of a clip, each checked by {@link clipTruth}: at most one of each type. */
export function clipContrasts(
  clip: Clip,
  facts: readonly Fact[],
  draw: Draw,
  isAllowed: (statement: Statement) => boolean,
): ClipContrast[] {
  const made = facts.flatMap((fact): ClipContrast[] => {
    const contrast = (type: ClipNegativeType, negative: Fact): ClipContrast => ({
      type,
      positive: [fact],
      negative: [negative],
    });
    switch (fact.kind) {
      case "moves": {
        const direction = draw.pick(directions.filter((other) => other !== fact.direction));
        const other = facts.find(
          (one): one is FactOf<"moves"> =>
            one.kind === "moves" && one.direction !== fact.direction && one.what !== fact.what,
        );
        const replaced = contrast("replace-motion", { ...fact, direction });
        if (other === undefined) return [replaced];
        const negative = [
          { ...fact, direction: other.direction },
          { ...other, direction: fact.direction },
        ];
        return [replaced, { type: "swap-motion", positive: [fact, other], negative }];
      }
      case "happens":
        return [
          contrast("replace-change", { ...fact, change: draw.pick(changes.filter((other) => other !== fact.change)) }),
        ];
      case "before":
        return [contrast("swap-order", { ...fact, first: fact.second, second: fact.first })];
      case "physics":
        return [
          contrast("replace-physics", {
            ...fact,
            violation: draw.pick(laws.filter((other) => other !== fact.violation)),
          }),
        ];
      case "there":
      case "relation":
      case "background":
      default:
        return [];
    }
  });
  const types = new Set<ClipNegativeType>();
  return made.filter(({ type, positive, negative }) => {
    const isGood = clipTruth(positive, clip) === true && clipTruth(negative, clip) === false && isAllowed(negative);
    if (!isGood || types.has(type)) return false;
    types.add(type);
    return true;
  });
}

const ways: Readonly<Record<Exclude<Direction, "nowhere">, Readonly<Record<Language, string>>>> = {
  left: { en: "to the left", ko: "왼쪽으로" },
  right: { en: "to the right", ko: "오른쪽으로" },
  up: { en: "up", ko: "위로" },
  down: { en: "down", ko: "아래로" },
};

/** Questions about a clip with one right answer each. @param isPhysics whether it is asked if the clip could be real */
export function clipQuestions(
  clip: Clip,
  facts: readonly Fact[],
  isPhysics: boolean,
  languages: readonly Language[],
): Question[] {
  const asked: (readonly [Question["kind"], Readonly<Record<Language, readonly [string, string]>>])[] = [];
  const moves = facts.find((fact) => fact.kind === "moves" && fact.direction !== "nowhere");
  if (moves?.kind === "moves" && moves.direction !== "nowhere")
    asked.push(["motion", askMotion(moves.what, moves.direction)]);
  const before = facts.find((fact) => fact.kind === "before");
  if (before !== undefined) asked.push(["order", askOrder(before.first, before.second)]);
  if (isPhysics) {
    const isReal = clip.violation === undefined;
    asked.push([
      "physics",
      {
        en: ["Could this happen in the real world?", isReal ? "yes" : "no"],
        ko: ["이런 일이 실제로 일어날 수 있나요?", isReal ? "네" : "아니요"],
      },
    ]);
  }
  return asked.flatMap(([kind, texts]) =>
    languages.map((language) => ({ kind, language, question: texts[language][0], answer: texts[language][1] })),
  );
}

function askMotion(
  what: Description,
  direction: keyof typeof ways,
): Readonly<Record<Language, readonly [string, string]>> {
  const phrase = koreanWords(what);
  return {
    en: [`Where does ${singular(what, "the")} move?`, ways[direction].en],
    ko: [`${phrase}${topic(phrase)} 어느 쪽으로 움직이나요?`, ways[direction].ko],
  };
}

function askOrder(first: Happening, second: Happening): Readonly<Record<Language, readonly [string, string]>> {
  const [a, b] = [koreanWords(first.what), koreanWords(second.what)];
  return {
    en: [
      `Which changes first, ${singular(second.what, "the")} or ${singular(first.what, "the")}?`,
      singular(first.what, "the"),
    ],
    ko: [`${b}${endOr(b)} ${a} 중에서 무엇이 먼저 달라지나요?`, a],
  };
}

/** "and" between two nouns: 과 after a consonant, 와 after a vowel. */
const endOr = (phrase: string): string => (subject(phrase) === "이" ? "과" : "와");
