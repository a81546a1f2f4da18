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
import { nounNamed } from "./noun-book.ts";
import type { Form } from "./say-english.ts";
import type { Violation } from "./scene.ts";
import { styleWords } from "./styles.ts";

const numbers = ["영", "한", "두", "세", "네", "다섯", "여섯", "일곱", "여덟", "아홉", "열"];

/** Relations in words, after the possessive. */
export const places: Readonly<Record<Relation, string>> = {
  left: "왼쪽에",
  right: "오른쪽에",
  above: "위쪽에",
  below: "아래쪽에",
  front: "앞에",
  behind: "뒤에",
};

const movements: Readonly<Record<Direction, string>> = {
  left: "왼쪽으로 움직인다",
  right: "오른쪽으로 움직인다",
  up: "위로 움직인다",
  down: "아래로 움직인다",
  nowhere: "제자리에 있다",
};

/** Each as the end of a sentence, and as a clause that another follows. */
const changes: Readonly<Record<Happening["change"], readonly [last: string, joined: string]>> = {
  appears: ["나타난다", "나타나고"],
  vanishes: ["사라진다", "사라지고"],
  "starts to move": ["움직이기 시작한다", "움직이기 시작하고"],
};

const violationWords: Readonly<Record<Violation | "none", string>> = {
  none: "모든 것이 실제 세계처럼 움직인다",
  "floats-in-the-air": "어떤 것이 받치는 것 없이 공중에 멈춘다",
  "falls-upwards": "어떤 것이 위로 떨어진다",
  "passes-through": "어떤 것이 단단한 물체를 뚫고 지나간다",
  "never-comes-out": "어떤 것이 벽 뒤로 들어가서 나오지 않는다",
  "comes-out-changed": "어떤 것이 벽 뒤로 들어가고 다른 것이 나온다",
  jumps: "어떤 것이 한 곳에서 다른 곳으로 순간 이동한다",
};

/** Says a statement in Korean. */
export function sayKorean(statement: Statement, form: Form): string {
  const there = factsOf(statement, "there");
  const [background] = factsOf(statement, "background");
  const place = background === undefined ? "" : `${backgrounds[background.name].ko} `;
  const others = statement.filter(({ kind }) => kind !== "there" && kind !== "background");
  const list = join(there.map(({ what, count, exact }) => counted(what, count, exact)));
  if (form === "phrase") {
    const clauses = others.map((fact) => clause(fact));
    return `${place}${[...(list === "" ? [] : [place === "" ? list : `있는 ${list}`]), ...clauses].join(", ")}`;
  }
  const sentences = list === "" ? [] : [`${place}${list}${subject(list)} 있다`];
  sentences.push(...others.map((fact, index) => (list === "" && index === 0 ? place : "") + clause(fact)));
  if (sentences.length === 0) sentences.push(`${place}그린 그림이다`);
  return sentences.map((sentence) => `${sentence}.`).join(" ");
}

function clause(fact: Fact): string {
  switch (fact.kind) {
    case "relation": {
      const [a, b] = [koreanWords(fact.subject), koreanWords(fact.object)];
      return `${a}${subject(a)} ${b}의 ${places[fact.relation]} 있다`;
    }
    case "moves": {
      const what = koreanWords(fact.what);
      return `${what}${subject(what)} ${movements[fact.direction]}`;
    }
    case "happens":
      return happening(fact);
    case "before":
      return `먼저 ${happening(fact.first, true)} 그다음 ${happening(fact.second)}`;
    case "physics":
      return violationWords[fact.violation];
    case "there":
    case "background":
    default:
      return "";
  }
}

function happening({ what, change }: Happening, isJoined = false): string {
  const phrase = koreanWords(what);
  return `${phrase}${subject(phrase)} ${changes[change][isJoined ? 1 : 0]}`;
}

/** "개 두 마리"; a lone thing, or some things, without number. */
function counted(what: Description, count: number, exact: boolean): string {
  const phrase = koreanWords(what);
  if (!exact) return count === 1 ? phrase : `여러 ${counter(what)}의 ${phrase}`;
  return `${phrase} ${koreanNumber(count, what)}`;
}

/** "두 마리", with the counting word of the thing. */
export const koreanNumber = (count: number, what: Description): string =>
  `${numbers[count] ?? String(count)} ${counter(what)}`;

/** The counting word of a thing. */
export function counter({ noun }: Description): string {
  const { category } = nounNamed(noun);
  if (category === "animal") return "마리";
  if (category === "person") return "명";
  return category === "vehicle" ? "대" : "개";
}

/** A description without number or particle. */
export function koreanWords({ noun, text, attributes = {} }: Description): string {
  const { size, rotation, colour, material, gender, tone, style } = attributes;
  const before = [
    style && `${styleWords(style).ko}${styleWords(style).ko.endsWith("스타일") ? "의" : ""}`,
    tone && `${tones[tone].ko}의`,
    text !== undefined && `“${text}”라고 쓰인`,
    size && sizes[size].ko,
    rotation && rotations[rotation].ko,
    colour && colours[colour].ko,
    material && materials[material].ko,
    gender && genders[gender].ko,
  ].filter((word) => typeof word === "string" && word !== "");
  return [...before, nounNamed(noun).korean ?? nounNamed(noun).name].join(" ");
}

/** The subject particle: 이 after a consonant, 가 after a vowel. */
export const subject = (phrase: string): string => (endsInConsonant(phrase) ? "이" : "가");

/** The topic particle: 은 after a consonant, 는 after a vowel. */
export const topic = (phrase: string): string => (endsInConsonant(phrase) ? "은" : "는");

function endsInConsonant(phrase: string): boolean {
  const code = phrase.codePointAt(phrase.length - 1)! - 0xac00; // Hangul syllables; each vowel has 28 endings, the first of them none
  return code >= 0 && code < 11172 && code % 28 !== 0;
}

/** "a와 b"; "a, b, c" where there are more. */
function join(items: readonly string[]): string {
  if (items.length !== 2) return items.join(", ");
  return `${items[0]!}${endsInConsonant(items[0]!) ? "과" : "와"} ${items[1]!}`;
}
