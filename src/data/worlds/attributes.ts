/** A word of the two languages of captions. */
export interface Word {
  readonly en: string;
  readonly ko: string;
}

/** A colour in which a thing may be painted. */
export interface Colour extends Word {
  /** 8-bit sRGB. */
  readonly rgb: readonly [number, number, number];
}

/** Colours by name: far enough from each other that nobody doubts which it is. */
export const colours = {
  red: { en: "red", ko: "빨간색", rgb: [214, 32, 32] },
  orange: { en: "orange", ko: "주황색", rgb: [245, 130, 16] },
  yellow: { en: "yellow", ko: "노란색", rgb: [242, 204, 12] },
  green: { en: "green", ko: "초록색", rgb: [28, 150, 52] },
  blue: { en: "blue", ko: "파란색", rgb: [28, 84, 214] },
  purple: { en: "purple", ko: "보라색", rgb: [124, 44, 168] },
  pink: { en: "pink", ko: "분홍색", rgb: [248, 132, 188] },
  brown: { en: "brown", ko: "갈색", rgb: [124, 74, 34] },
  black: { en: "black", ko: "검은색", rgb: [22, 22, 24] },
  white: { en: "white", ko: "하얀색", rgb: [250, 250, 250] },
  grey: { en: "grey", ko: "회색", rgb: [138, 138, 142] },
} as const satisfies Readonly<Record<string, Colour>>;
/** See {@link colours}. */
export type ColourName = keyof typeof colours;

/** Longest side of a thing, as a share of the picture's side. Captions never say "medium". */
export const sizes = {
  small: { en: "small", ko: "작은", share: 0.16 },
  medium: { en: "medium-sized", ko: "중간 크기의", share: 0.25 },
  large: { en: "large", ko: "큰", share: 0.38 },
} as const satisfies Readonly<Record<string, Word & { share: number }>>;
/** See {@link sizes}. */
export type SizeName = keyof typeof sizes;

/** How the surface of a drawn shape looks. */
export const materials = {
  plain: { en: "plain", ko: "무늬 없는" },
  striped: { en: "striped", ko: "줄무늬" },
  spotted: { en: "spotted", ko: "점무늬" },
  checkered: { en: "checkered", ko: "체크무늬" },
  hollow: { en: "hollow", ko: "속이 빈" },
} as const satisfies Readonly<Record<string, Word>>;
/** See {@link materials}. */
export type MaterialName = keyof typeof materials;

/** How a thing that has an upright position is turned; degrees clockwise. */
export const rotations = {
  upright: { en: "upright", ko: "똑바로 선", degrees: 0 },
  sideways: { en: "sideways", ko: "옆으로 누운", degrees: 90 },
  "upside-down": { en: "upside-down", ko: "거꾸로 뒤집힌", degrees: 180 },
} as const satisfies Readonly<Record<string, Word & { degrees: number }>>;
/** See {@link rotations}. */
export type RotationName = keyof typeof rotations;

/** Skin tones of Unicode, with the last digit of the modifier's code point U+1F3FB to U+1F3FF. */
export const tones = {
  light: { en: "light skin", ko: "밝은 피부", modifier: "1f3fb" },
  "medium-light": { en: "medium-light skin", ko: "조금 밝은 피부", modifier: "1f3fc" },
  medium: { en: "medium skin", ko: "중간 피부", modifier: "1f3fd" },
  "medium-dark": { en: "medium-dark skin", ko: "조금 어두운 피부", modifier: "1f3fe" },
  dark: { en: "dark skin", ko: "어두운 피부", modifier: "1f3ff" },
} as const satisfies Readonly<Record<string, Word & { modifier: string }>>;
/** See {@link tones}. */
export type ToneName = keyof typeof tones;

/** How people are drawn: as a woman, a man, or so that it is left open, of which no word speaks. */
export const genders = {
  woman: { en: "female", ko: "여자" },
  man: { en: "male", ko: "남자" },
  person: { en: "", ko: "" },
} as const satisfies Readonly<Record<string, Word>>;
/** See {@link genders}. */
export type GenderName = keyof typeof genders;

/** What can be said of a thing besides its name. `style` is the hand that drew it: an emoji vendor, `drawn`, `stamp`, a pen. */
export interface Attributes {
  readonly colour?: ColourName;
  readonly size?: SizeName;
  readonly material?: MaterialName;
  readonly rotation?: RotationName;
  readonly gender?: GenderName;
  readonly tone?: ToneName;
  readonly style?: string;
}
/** Names of {@link Attributes}. */
export type AttributeName = keyof Attributes;

/** All attributes, in the order in which English puts the adjectives. */
export const attributeNames = [
  "size",
  "rotation",
  "colour",
  "material",
  "gender",
  "tone",
  "style",
] as const satisfies readonly AttributeName[];

/** Whether a word is a name of a table. */
export const isNameOf = <T extends string>(table: Readonly<Record<T, unknown>>, word: string): word is T =>
  Object.hasOwn(table, word);

/** The names of a table. */
export const namesOf = <T extends string>(table: Readonly<Record<T, unknown>>): readonly T[] =>
  Object.keys(table).filter((name) => isNameOf(table, name));
