import { parseRecipe } from "../recipe.ts";

/**
 * CLIP on the emoji corpus, long: its weights ship with the package, so that `classify` and `search` work at once.
 *
 *   fovea train clip-emoji-long
 *
 * On 2 cores (AMD EPYC, AVX-512) 34 minutes, with other work beside it. Measured there: text to image on the held-out style
 * R@1 0.469, R@5 0.742 (pixel look-up: 0.274, 0.452); on held-out concepts R@1 0.242 (chance 0.0067); 8 groups
 * zero-shot 0.509.
 */
export const clipEmojiLong = parseRecipe({
  name: "clip-emoji-long",
  steps: 2000,
  data: { kind: "emoji", captions: { korean: 0.15, label: 4, template: 1, tags: 2, labelAndTags: 3 } },
  model: {
    patch: 8,
    vision: { width: 128, layers: 6, heads: 4 },
    text: { width: 128, layers: 3, heads: 4 },
  },
  augmentation: {
    crop: { scale: [0.6, 1], ratio: [0.75, 1.333] },
    jitter: { brightness: 0.3, contrast: 0.3, saturation: 0.3, hue: 0.05 },
    grey: 0.15,
  },
  loss: { labelSmoothing: 0, imageWeight: 0.5 },
  optimizer: { kind: "muon", lr: 1e-3, hidden: { lrScale: 20 } },
  average: 0.998,
  checkpoint: { every: 250 },
});
