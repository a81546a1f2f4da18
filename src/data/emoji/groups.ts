/** One of the classes of the zero-shot task. */
export interface EmojiGroup {
  /** Group number of emojibase: `EmojiConcept.group`. */
  readonly id: number;
  /** As Unicode names it. */
  readonly name: string;
  /** Words for what is in it, to be put into the templates; the class embedding is the mean over all of them. */
  readonly phrases: readonly string[];
}

/** The eight groups of emoji, as classes for zero-shot classification. Flags, the ninth, are left out as everywhere in the scores. */
export const emojiGroups: readonly EmojiGroup[] = [
  { id: 0, name: "Smileys & emotion", phrases: ["face", "smiling face", "smiley", "emotion", "cat face", "heart"] },
  { id: 1, name: "People & body", phrases: ["person", "man", "woman", "hand", "family", "body part"] },
  { id: 3, name: "Animals & nature", phrases: ["animal", "bird", "fish", "insect", "plant", "flower"] },
  { id: 4, name: "Food & drink", phrases: ["food", "fruit", "vegetable", "dish", "drink", "dessert"] },
  { id: 5, name: "Travel & places", phrases: ["vehicle", "building", "place", "weather", "car", "moon"] },
  { id: 6, name: "Activities", phrases: ["sport", "ball", "game", "celebration", "medal", "art"] },
  { id: 7, name: "Objects", phrases: ["object", "tool", "clothing", "musical instrument", "book", "computer"] },
  { id: 8, name: "Symbols", phrases: ["symbol", "sign", "arrow", "button", "zodiac", "punctuation"] },
];

/** Prompts of the zero-shot task; `{}` stands for a phrase. The training captions use the same wording. */
export const emojiTemplates: readonly string[] = [
  "{}",
  "an emoji of {}",
  "an emoji of a {}",
  "{} emoji",
  "a picture of a {}",
  "an icon of a {}",
  "a drawing of a {}",
];

/** Puts a phrase into a template. */
export const fillTemplate = (template: string, phrase: string): string => template.replace("{}", () => phrase);
