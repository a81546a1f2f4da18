import type { EmojiStyle } from "../emoji/corpus.ts";
import { isNameOf, type Word } from "./attributes.ts";
import type { Pen } from "./sprites/glyphs.ts";

/** The hand that drew a thing: an emoji vendor, the stamps' many hands, our own shapes, a pen. */
export type Style = EmojiStyle | "stamp" | "drawn" | Pen;

const table: Readonly<Record<Style, Word>> = {
  noto: { en: "in the Noto style", ko: "노토 스타일" },
  "fluent-flat": { en: "in the flat Fluent style", ko: "플랫 플루언트 스타일" },
  "fluent-3d": { en: "in a 3D style", ko: "3D 스타일" },
  openmoji: { en: "in the OpenMoji style", ko: "오픈모지 스타일" },
  twemoji: { en: "in the Twemoji style", ko: "트웨모지 스타일" },
  stamp: { en: "cut out of a picture", ko: "오려 낸" },
  drawn: { en: "drawn as a shape", ko: "도형으로 그린" },
  thin: { en: "in thin letters", ko: "가는 글씨의" },
  bold: { en: "in bold letters", ko: "굵은 글씨의" },
  slanted: { en: "in slanted letters", ko: "기울어진 글씨의" },
};

/** How a style is spoken of. */
export const styleWords = (style: string): Word => (isNameOf(table, style) ? table[style] : { en: "", ko: "" });
