import { parseRecipe } from "../recipe.ts";
import { clipEmoji } from "./clip-emoji.ts";

/** CLIP on the emoji corpus, long: its weights ship with the package. */
export const clipEmojiLong = parseRecipe({
  ...clipEmoji,
  name: "clip-emoji-long",
  steps: 2000,
});
