import { emojiNouns, type Noun } from "./nouns.ts";
import { roles } from "./people.ts";
import { shapeNouns } from "./sprites/shapes.ts";

/** A text on a plate. */
export const signNoun: Noun = { name: "sign", plural: "signs", korean: "표지판", category: "text" };

/** The wall and the shelf of clips about physics. */
export const stageNouns: readonly Noun[] = [
  { name: "wall", plural: "walls", korean: "벽", category: "thing" },
  { name: "shelf", plural: "shelves", korean: "선반", category: "thing" },
];

/** Any thing. */
const anything: Noun = { name: "thing", plural: "things", korean: "물건", category: "thing" };

const byName: ReadonlyMap<string, Noun> = new Map(
  [...emojiNouns, ...shapeNouns, ...roles, signNoun, ...stageNouns, anything].map((noun) => [noun.name, noun]),
);

/** The noun of this name; "thing" for none or an unknown one. */
export const nounNamed = (name: string | undefined): Noun => byName.get(name ?? "") ?? anything;
