import { parseRecipe } from "../recipe.ts";

/** CLIP on the emoji corpus, quick. */
export const clipEmoji = parseRecipe({ name: "clip-emoji", steps: 300, data: { kind: "emoji" } });
