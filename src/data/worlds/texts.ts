import type { Draw } from "./draw.ts";
import { emojiNouns } from "./nouns.ts";
import { characters } from "./sprites/glyphs.ts";

const notices =
  "STOP OPEN SALE EXIT HELLO BUS TAXI HOTEL CAFE BANK PARK SLOW PUSH PULL FREE NEW WELCOME DANGER ENTRY STAFF PHOTO MUSIC".split(
    " ",
  );

/** Names of things on signs are read even where the thing is not there: such a sign tests reading against recognising. */
const names = emojiNouns.map(({ name }) => name.toUpperCase()).filter((name) => /^[A-Z]{3,8}$/.test(name));

/** A word for a sign: a notice, the name of a thing, or letters and digits that no language model can guess. */
export function makeText(draw: Draw): string {
  const kind = draw.weighted([
    ["notice", 2],
    ["name", 2],
    ["code", 1],
  ]);
  if (kind === "notice") return draw.pick(notices);
  if (kind === "name") return draw.pick(names);
  return Array.from({ length: draw.whole(3, 5) }, () => draw.pick(characters)).join("");
}

/** The text with one letter or digit replaced by another: what a careless reader does not notice. */
export function misspelt(text: string, draw: Draw): string {
  const at = draw.below(text.length);
  const isDigit = (character: string): boolean => /\d/.test(character);
  const others = characters.filter((other) => other !== text[at] && isDigit(other) === isDigit(text[at]!));
  return text.slice(0, at) + draw.pick(others) + text.slice(at + 1);
}
