import { expect, test } from "vitest";
import { guessLanguage } from "./language.ts";

const texts = {
  en: [
    "A red and white anemone flower.",
    "A red flower.",
    "Two dogs are running on the beach",
    "An Indian blackbuck.",
    "a dog's face",
    "snowman without snow",
    "smiling face",
  ],
  fr: ["Une fleur rouge dans un jardin", "Le chat est sur la table"],
  de: ["Ein Hund läuft über die Straße", "Eine rote Blume"],
  es: ["Un perro pequeño en la playa", "El hombre con el sombrero"],
  it: ["Un cane sulla spiaggia con il suo padrone", "Il gatto è nella scatola"],
  pt: ["Uma flor vermelha no jardim", "Um cão com uma bola"],
  nl: ["Een hond op het strand", "Een rode bloem"],
  pl: ["Pies i kot na łące"],
  vi: ["Một con chó trên bãi biển"],
  tr: ["Küçük bir köpek ve kedi"],
  ko: ["바닷가를 달리는 개", "빨간 꽃 a"],
  ja: ["浜辺を走る犬", "赤い花"],
  zh: ["在海滩上奔跑的狗"],
  ru: ["Собака бежит по пляжу"],
  bg: ["Кучето тича по плажа към България"],
  uk: ["Собака біжить пляжем"],
  ar: ["كلب يركض على الشاطئ"],
  fa: ["سگی در ساحل پارس"],
  el: ["Ένας σκύλος στην παραλία"],
  th: ["สุนัขวิ่งบนชายหาด"],
  lo: ["ໝາແລ່ນຢູ່ຫາດຊາຍ"],
  ml: ["കടൽത്തീരത്ത് ഓടുന്ന നായ"],
  si: ["වෙරළේ දුවන බල්ලා"],
};

test.each(Object.entries(texts))("%s is recognised", (language, samples) => {
  for (const text of samples) expect([text, guessLanguage(text).language]).toEqual([text, language]);
});

test.each(["", "IMG_0042", "1234 !?", "gramastar", "Pelargonium", "Bogstavet S", "Huruf w.", "ᏣᎳᎩ", "ߒߞߏ"])(
  "%j has no guess",
  (text) => {
    expect(guessLanguage(text).language).toBeUndefined();
  },
);

test("tells how much of the text is in the script", () => {
  expect(guessLanguage("개 dog").scriptShare).toBe(0.75);
  expect(guessLanguage("123").scriptShare).toBe(0);
  expect(guessLanguage("สุนัขวิ่ง").scriptShare).toBe(1); // marks are no letters
  expect(guessLanguage("ᏣᎳᎩ ab").scriptShare).toBe(0.6); // of a script that settles no language here
});
