import { genders, namesOf, tones, type GenderName, type ToneName } from "./attributes.ts";
import { pluralOf, type Noun } from "./nouns.ts";

/** A part that people play, which emoji draw for women, men and persons of every skin tone. */
export interface Role extends Noun {
  /** Code point of the object that makes a person this, or of the role itself if it has one. */
  readonly code: string;
  /** Whether `code` names the role itself, with a sign for the gender behind it. */
  readonly hasOwnCode: boolean;
}

const withObject = `2695 health worker 의료인; 1f393 student 학생; 1f3eb teacher 교사; 2696 judge 판사; 1f33e farmer 농부; 1f373 cook 요리사;
  1f527 mechanic 정비사; 1f4bc office worker 회사원; 1f52c scientist 과학자; 1f4bb technologist 기술자;
  1f3a4 singer 가수; 1f3a8 artist 화가; 2708 pilot 조종사; 1f680 astronaut 우주비행사; 1f692 firefighter 소방관`;
const withOwnCode = `1f46e police officer 경찰관; 1f575 detective 탐정; 1f482 guard 근위병; 1f477 construction worker 건설 노동자`;

/** All roles. */
export const roles: readonly Role[] = [...rolesIn(withObject, false), ...rolesIn(withOwnCode, true)];

function rolesIn(rows: string, hasOwnCode: boolean): Role[] {
  return rows.split(";").map((row) => {
    const [, code = "", name = "", korean = ""] = /^\s*(\S+) (.+?) ([가-힣].*)$/.exec(row) ?? [];
    return { code, name, plural: pluralOf(name), korean, category: "person", hasOwnCode };
  });
}

/** All genders and tones that a role is drawn in. */
export const variants: readonly (readonly [GenderName, ToneName])[] = namesOf(genders).flatMap((gender) =>
  namesOf(tones).map((tone) => [gender, tone] as const),
);

const figures: Readonly<Record<GenderName, string>> = { woman: "1f469", man: "1f468", person: "1f9d1" };
const signs: Readonly<Record<GenderName, string>> = { woman: "-200d-2640", man: "-200d-2642", person: "" };

/** The code points of a role's emoji, in the form of `normalCode`. */
export function personCode({ code, hasOwnCode }: Role, gender: GenderName, tone: ToneName): string {
  const { modifier } = tones[tone];
  return hasOwnCode ? `${code}-${modifier}${signs[gender]}` : `${figures[gender]}-${modifier}-200d-${code}`;
}
