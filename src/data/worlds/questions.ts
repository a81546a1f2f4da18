import { colours } from "./attributes.ts";
import { backgrounds } from "./background.ts";
import { described, relationFacts, sayable, thereFacts } from "./captions.ts";
import type { Draw } from "./draw.ts";
import type { Description, Relation, Statement } from "./facts.ts";
import { contrastsOf } from "./negatives.ts";
import type { Language } from "./say.ts";
import { relationWords, singular, words } from "./say-english.ts";
import { counter, koreanNumber, koreanWords, places, subject, topic } from "./say-korean.ts";
import type { Scene, SceneObject } from "./scene.ts";
import { countMatches, liesTo, matches, truthOf } from "./truth.ts";

/** What a question asks for. */
export type QuestionKind =
  "motion" | "order" | "physics" | "count" | "colour" | "is-there" | "relation" | "which" | "text" | "background";

/** A question about a scene with its one right answer. */
export interface Question {
  readonly kind: QuestionKind;
  readonly language: Language;
  readonly question: string;
  readonly answer: string;
  /** What a yes-or-no question asks about. */
  readonly statement?: Statement;
}

/** A question and its answer in each language. */
type Asked = Omit<Question, "language" | "question" | "answer"> & Readonly<Record<Language, readonly [string, string]>>;

type Asker = (scene: Scene, draw: Draw, isAllowed: (statement: Statement) => boolean) => Asked | undefined;

/** Questions about a scene, at most `limit` in each language, each of another kind. Only what has one answer beyond doubt is asked. */
export function questionsOf(
  scene: Scene,
  draw: Draw,
  limit: number,
  languages: readonly Language[],
  isAllowed: (statement: Statement) => boolean,
): Question[] {
  const asked: Asked[] = [];
  for (const ask of draw.shuffled(askers)) {
    if (asked.length === limit) break;
    const one = ask(scene, draw, isAllowed);
    if (one !== undefined) asked.push(one);
  }
  return asked.flatMap(({ kind, statement, ...texts }) =>
    languages.map((language) => {
      const [question, answer] = texts[language];
      return { kind, language, question, answer, ...(statement && { statement }) };
    }),
  );
}

const yesNo = (isTrue: boolean) => ({ en: isTrue ? "yes" : "no", ko: isTrue ? "네" : "아니요" });

const askCount: Asker = (scene, draw) => {
  const { what } = draw.pick(thereFacts(scene, draw, 0.3));
  const { certain, possible } = countMatches(what, scene.objects);
  if (certain !== possible) return undefined;
  const phrase = koreanWords(what);
  return {
    kind: "count",
    en: [`How many ${words(what, true)} are there?`, String(certain)],
    ko: [`${phrase}${topic(phrase)} 몇 ${counter(what)} 있나요?`, koreanNumber(certain, what)],
  };
};

const askColour: Asker = (scene, draw) => {
  const object = draw.pick(scene.objects);
  const { colour } = object.attributes;
  const what = described(object, []);
  if (colour === undefined || !isOnly(what, scene)) return undefined;
  const phrase = koreanWords(what);
  return {
    kind: "colour",
    en: [`What colour is ${singular(what, "the")}?`, colours[colour].en],
    ko: [`${phrase}${topic(phrase)} 무슨 색인가요?`, colours[colour].ko],
  };
};

/** Half of the questions are about a negative, so that "yes" is right in half of them. */
const askIsThere: Asker = (scene, draw, isAllowed) => {
  const isTrue = draw.chance(0.5);
  const [contrast] = contrastsOf(scene, draw, 1, isAllowed, ["replace-object", "replace-attribute"]);
  const statement = isTrue ? contrast?.positive : contrast?.negative;
  const changed = contrast?.positive.findIndex((fact, index) => fact !== contrast.negative[index]) ?? -1;
  const fact = statement?.[changed];
  if (fact?.kind !== "there") return undefined;
  const { what } = fact;
  const asked: Statement = [{ ...fact, count: 1, exact: false }];
  if (truthOf(asked, scene) !== isTrue) return undefined;
  const answer = yesNo(isTrue);
  const phrase = koreanWords(what);
  return {
    kind: "is-there",
    statement: asked,
    en: [`Is there ${singular(what, "a")}?`, answer.en],
    ko: [`${phrase}${subject(phrase)} 있나요?`, answer.ko],
  };
};

const askRelation: Asker = (scene, draw, isAllowed) => {
  const isTrue = draw.chance(0.5);
  const [contrast] = contrastsOf(scene, draw, 1, isAllowed, ["replace-relation", "swap-object"]);
  const [fact] = (isTrue ? contrast?.positive : contrast?.negative) ?? [];
  if (fact?.kind !== "relation") return undefined;
  const answer = yesNo(isTrue);
  const [a, b] = [koreanWords(fact.subject), koreanWords(fact.object)];
  return {
    kind: "relation",
    statement: [fact],
    en: [
      `Is ${singular(fact.subject, "the")} ${relationWords[fact.relation]} ${singular(fact.object, "the")}?`,
      answer.en,
    ],
    ko: [`${a}${topic(a)} ${b}의 ${places[fact.relation]} 있나요?`, answer.ko],
  };
};

const askWhich: Asker = (scene, draw) => {
  const [fact] = relationFacts(scene, draw, 0.2);
  if (fact === undefined) return undefined;
  const object = scene.objects.find((one) => matches(fact.object, one) === true);
  const found = object && onlyOneLying(fact.relation, object, scene);
  if (found === undefined) return undefined;
  const [what, phrase] = [described(found, []), koreanWords(fact.object)];
  return {
    kind: "which",
    en: [`What is ${relationWords[fact.relation]} ${singular(fact.object, "the")}?`, words(what, false)],
    ko: [`${phrase}의 ${places[fact.relation]} 무엇이 있나요?`, koreanWords(what)],
  };
};

/** The one thing that lies so to another, if it is one and there is no doubt about the rest. */
function onlyOneLying(relation: Relation, object: SceneObject, scene: Scene): SceneObject | undefined {
  const others = scene.objects.filter((other) => other !== object);
  const [first, ...more] = others.filter((other) => liesTo(other, relation, object, scene) !== false);
  return first && more.length === 0 && liesTo(first, relation, object, scene) === true ? first : undefined;
}

const askText: Asker = (scene, draw) => {
  const signs = scene.objects.filter(({ text }) => text !== undefined);
  if (signs.length === 0) return undefined;
  const sign = draw.pick(signs);
  const { text: _, ...what } = described(sign, signs.length > 1 ? sayable(sign) : []);
  if (!isOnly(what, scene)) return undefined;
  const phrase = koreanWords(what);
  return {
    kind: "text",
    en: [`What does ${singular(what, "the")} say?`, sign.text!],
    ko: [`${phrase}에 뭐라고 쓰여 있나요?`, sign.text!],
  };
};

const askBackground: Asker = (scene, draw) => {
  const { what, count } = draw.pick(thereFacts(scene, draw, 0));
  const where = backgrounds[scene.background];
  const phrase = koreanWords(what);
  return {
    kind: "background",
    en: [count === 1 ? `Where is ${singular(what, "the")}?` : `Where are the ${words(what, true)}?`, where.en],
    ko: [`${phrase}${topic(phrase)} 어디에 있나요?`, where.ko],
  };
};

const askers: readonly Asker[] = [askCount, askColour, askIsThere, askRelation, askWhich, askText, askBackground];

/** Whether a description fits one thing alone, beyond doubt. */
function isOnly(what: Description, { objects }: Scene): boolean {
  const { certain, possible } = countMatches(what, objects);
  return certain === 1 && possible === 1;
}
